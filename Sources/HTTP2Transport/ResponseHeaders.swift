internal import GRPCCore
internal import NIOHPACK

/// The header lists that a server of gRPC answers with.
enum ResponseHeaders {
  private static let first: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
  private static let ok: HPACKHeaders = ["grpc-status": "0"]
  /// What the transport says itself, and HTTP/2 reserves.
  private static let reserved: Set<String> = [
    "grpc-status", "grpc-message", "content-type", "content-length", "te", "connection",
    "transfer-encoding", "keep-alive", "proxy-connection", "upgrade",
  ]

  /// The headers before the first message.
  static func initial(_ metadata: Metadata = [:]) -> HPACKHeaders {
    guard !metadata.isEmpty else { return first }
    var headers = first
    add(metadata, to: &headers)
    return headers
  }

  /// The trailers after the last message, or with it all where there is no other part.
  static func trailers(_ status: Status, _ metadata: Metadata, isOnly: Bool) -> HPACKHeaders {
    guard isOnly || status.code != .ok || !status.message.isEmpty || !metadata.isEmpty else {
      return ok
    }
    var headers = isOnly ? first : [:]
    headers.add(name: "grpc-status", value: "\(status.code.rawValue)")
    if !status.message.isEmpty {
      headers.add(name: "grpc-message", value: StatusMessage.encode(status.message))
    }
    add(metadata, to: &headers)
    return headers
  }

  /// An answer to what isn't gRPC.
  static func plainHTTP(status: Int) -> HPACKHeaders {
    [":status": "\(status)", "content-length": "0"]
  }

  /// Leaves out what HTTP/2 can't carry: one bad header would take the whole list along.
  private static func add(_ metadata: Metadata, to headers: inout HPACKHeaders) {
    for (key, value) in metadata {
      let name = key.lowercased()
      let value = value.encoded()
      guard !reserved.contains(name), isName(name), isValue(value) else { continue }
      headers.add(name: name, value: value)
    }
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  private static func isValue(_ value: String) -> Bool {
    value.utf8.allSatisfy { (0x20...0x7e).contains($0) }
  }
}

extension Metadata {
  /// The client's metadata: all headers but HTTP/2's own.
  init(_ headers: HPACKHeaders) {
    self.init()
    reserveCapacity(headers.count)
    for (name, value, _) in headers
    where !name.hasPrefix(":") && name != "te" && name != "content-type" {
      addString(value, forKey: name)
    }
  }
}
