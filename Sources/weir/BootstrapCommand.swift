import ArgumentParser
import Foundation

/// Prints what a client needs to be steered by Weir.
struct BootstrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bootstrap",
    abstract: "Prints the configuration with which a client of yours is steered by weir.",
    subcommands: [
      GRPCBootstrapCommand.self, EnvoyBootstrapCommand.self, DubboBootstrapCommand.self,
    ]
  )
}

/// Which server a client asks, and who it is.
struct BootstrapOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where weir listens for xDS clients.", valueName: "host:port"),
    transform: { try HostAndPort(parsing: $0, flag: "--server") }
  )
  var server = HostAndPort(host: "127.0.0.1", port: 15_010)

  @Option(help: "The client's name: that of its pod, where there is one.")
  var name: String?

  func validate() throws {
    guard server.port > 0 else {
      throw ValidationError("--server is \(server); want the port that weir listens on")
    }
    if let name, !name.isNodeText {
      throw ValidationError("--name is \(name); want letters, digits and '-', '_' and '.'")
    }
  }
}

/// The node ID, for clients that let it be chosen.
struct NodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The client's node ID (default: sidecar~127.0.0.1~NAME.default~default.svc.cluster.local).
      """,
      valueName: "id"
    )
  )
  var node: String?

  func validate() throws {
    if let node, node.isEmpty || node.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      throw ValidationError("--node is empty or has control characters; want a node ID")
    }
  }

  func nodeID(of name: String) -> String {
    node ?? "sidecar~127.0.0.1~\(name).default~default.svc.cluster.local"
  }
}

/// How a client trusts the server, and is trusted by it.
struct ClientTLSOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use TLS, and trust a server whose certificate one of these signed (PEM).",
      valueName: "file"
    )
  )
  var ca: String?

  @Option(help: ArgumentHelp("The client's own certificate (PEM).", valueName: "file"))
  var cert: String?

  @Option(help: ArgumentHelp("The private key of it (PEM).", valueName: "file"))
  var key: String?

  func validate() throws {
    guard (cert == nil) == (key == nil) else {
      throw ValidationError("--cert and --key belong together; found only one of them")
    }
    guard cert == nil || ca != nil else {
      throw ValidationError("--cert wants --ca, by which the server is known")
    }
  }

  /// The files, by their whole paths; nil without TLS.
  var files: ClientTLSFiles? {
    guard let ca else { return nil }
    return ClientTLSFiles(
      authorities: Self.whole(ca),
      certificate: cert.map(Self.whole),
      key: key.map(Self.whole)
    )
  }

  /// Clients seldom run in the folder in which this program does.
  private static func whole(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}

/// The files of a client's TLS.
struct ClientTLSFiles: Hashable, Sendable {
  var authorities: String
  var certificate: String?
  var key: String?
}

extension String {
  /// Whether it can stand in a node ID between `~` and `.`.
  fileprivate var isNodeText: Bool {
    !isEmpty
      && utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || byte == 45 || byte == 46 || byte == 95
      }
  }

  /// In double quotes, as JSON and YAML read it.
  var quoted: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let data = try? encoder.encode(self) else { return "\"\"" }
    return String(decoding: data, as: UTF8.self)
  }
}
