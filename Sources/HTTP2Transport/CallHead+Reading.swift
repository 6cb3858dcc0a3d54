internal import GRPCCore
internal import NIOHPACK

extension CallHead {
  /// What the headers of a new stream come to.
  enum Reading {
    case call(CallHead)
    /// gRPC that can't be served.
    case refused(Refusal)
    /// Not gRPC; an HTTP status says so.
    case notGRPC(status: Int)
  }

  /// Reads the headers of a new stream.
  static func read(_ headers: HPACKHeaders) -> Reading {
    guard headers.first(name: ":method") == "POST" else { return .notGRPC(status: 405) }
    guard isGRPC(headers.first(name: "content-type") ?? "") else { return .notGRPC(status: 415) }
    let path = headers.first(name: ":path") ?? ""
    guard isMethodPath(path) else {
      return .refused(Refusal(.unimplemented, "no such method: '\(path.prefix(200))'"))
    }
    if let encoding = headers.first(name: "grpc-encoding"), encoding != "identity" {
      return .refused(.compression(String(encoding.prefix(40))))
    }
    let text = headers.first(name: "grpc-timeout")
    let timeout = text.flatMap(CallTimeout.parse)
    if let text, timeout == nil {
      return .refused(Refusal(.internalError, "malformed grpc-timeout '\(text.prefix(40))'"))
    }
    let authority = headers.first(name: ":authority") ?? headers.first(name: "host") ?? ""
    return .call(Self(path: path, authority: authority, timeout: timeout, headers: headers))
  }

  /// `application/grpc`, also with a format (`+proto`) or parameters behind it.
  private static func isGRPC(_ contentType: String) -> Bool {
    let type = contentType.lowercased()
    guard type.hasPrefix("application/grpc") else { return false }
    let rest = type.dropFirst("application/grpc".count)
    return rest.isEmpty || rest.first == "+" || rest.first == ";"
  }

  /// `/service/method`.
  private static func isMethodPath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].isEmpty && !parts[1].isEmpty && !parts[2].isEmpty
  }
}
