import XDSCore

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension Bootstrap {
  /// The variable that names a bootstrap file; it wins over the other.
  package static let fileVariable = "GRPC_XDS_BOOTSTRAP"
  /// The variable that holds the bootstrap itself.
  package static let textVariable = "GRPC_XDS_BOOTSTRAP_CONFIG"

  /// Loads the bootstrap that a process's environment names, as gRPC does.
  ///
  /// - Throws: ``BootstrapError``; `notSet` where neither variable is there.
  package static func load(environment: [String: String]) throws(BootstrapError) -> Bootstrap {
    if let file = environment[fileVariable], !file.isEmpty {
      return try Bootstrap(file: file)
    }
    if let text = environment[textVariable], !text.isEmpty {
      return try Bootstrap(json: Data(text.utf8), source: textVariable)
    }
    throw BootstrapError(
      .notSet,
      source: fileVariable,
      found: "is not set, nor is \(textVariable)",
      wanted: "the path of a bootstrap file in one, or its text in the other"
    )
  }

  /// Reads a bootstrap file.
  package init(file: String) throws(BootstrapError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: file))
    } catch {
      throw BootstrapError(
        .unreadable,
        source: file,
        found: "can't be read (\(BootstrapError.reason(of: error)))",
        wanted: "a readable JSON file"
      )
    }
    try self.init(json: data, source: file)
  }

  /// Parses a bootstrap.
  ///
  /// - Parameters:
  ///   - json: The document, UTF-8.
  ///   - source: What errors call it.
  /// - Throws: ``BootstrapError``.
  package init(json: Data, source: String) throws(BootstrapError) {
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: json)
    } catch {
      throw BootstrapError(
        .notJSON,
        source: source,
        found: "is not JSON (\(BootstrapError.reason(of: error)))",
        wanted: "a JSON object"
      )
    }
    let root = BootstrapReader(source: source, path: "", value: value)
    let servers = try root.required("xds_servers", wanted: "a list of servers")
    let node = try root.optional("node")
    self.init(
      servers: try Server.all(servers),
      node: try Bootstrap.node(node),
      locality: try node?.optional("locality").map(Locality.init(reader:))
    )
  }

  private static func node(_ reader: BootstrapReader?) throws(BootstrapError) -> Node {
    guard let reader else { return named(Node(id: "")) }
    let metadata = try reader.optional("metadata")
    return named(
      Node(
        id: try reader.optional("id")?.string() ?? "",
        cluster: try reader.optional("cluster")?.string() ?? "",
        metadata: try metadata?.object().stringValued ?? [:],
        labels: try metadata?.optional("LABELS")?.object().stringValued ?? [:]
      )
    )
  }
}

extension Bootstrap.Server {
  static func all(_ reader: BootstrapReader) throws(BootstrapError) -> [Bootstrap.Server] {
    var servers: [Bootstrap.Server] = []
    for entry in try reader.list() { servers.append(try Bootstrap.Server(reader: entry)) }
    if servers.isEmpty {
      throw reader.failure(.emptyList, found: "is empty", wanted: "one server at least")
    }
    return servers
  }

  private init(reader: BootstrapReader) throws(BootstrapError) {
    let uri = try reader.required("server_uri", wanted: "host:port")
    guard let address = ServerAddress(try uri.string()) else {
      throw uri.failure(
        .badServerURI,
        found: "is \"\(try uri.string())\"",
        wanted: "host:port, such as 127.0.0.1:15010"
      )
    }
    try Bootstrap.Server.checkCredentials(reader)
    var features: Set<String> = []
    for feature in try reader.optional("server_features")?.list() ?? [] {
      // Anything may stand in this list; what isn't a known string is no error.
      if case .string(let name) = feature.value { features.insert(name) }
    }
    self.init(address: address, features: features)
  }

  private static func checkCredentials(_ reader: BootstrapReader) throws(BootstrapError) {
    let credentials = try reader.required("channel_creds", wanted: "[{\"type\": \"insecure\"}]")
    var types: [String] = []
    for entry in try credentials.list() {
      types.append(try entry.required("type", wanted: "a credentials type").string())
    }
    if !types.contains("insecure") {
      throw credentials.failure(
        .unsupportedCredentials,
        found: types.isEmpty ? "is empty" : "offers \(types.joined(separator: ", "))",
        wanted: "insecure among them, the only type that this client has"
      )
    }
  }
}

extension Bootstrap.Locality {
  fileprivate init(reader: BootstrapReader) throws(BootstrapError) {
    region = try reader.optional("region")?.string() ?? ""
    zone = try reader.optional("zone")?.string() ?? ""
    subZone = try reader.optional("sub_zone")?.string() ?? ""
  }
}

extension [String: JSONValue] {
  /// The fields that are strings; others have no place in a ``Node``.
  fileprivate var stringValued: [String: String] {
    compactMapValues { value in
      if case .string(let text) = value { text } else { nil }
    }
  }
}

extension BootstrapError {
  /// The plainest words that an error of Foundation offers.
  fileprivate static func reason(of error: any Error) -> String {
    switch error {
    case DecodingError.dataCorrupted(let context):
      context.underlyingError.map { "\($0)" } ?? context.debugDescription
    case let error as CocoaError where error.code == .fileReadNoSuchFile:
      "no such file"
    case let error as CocoaError where error.code == .fileReadNoPermission:
      "no permission"
    default:
      "\(error)"
    }
  }
}
