#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Where an engine's admin API is.
package enum AdminAddress: Hashable, Sendable, CustomStringConvertible {
  /// A Unix domain socket.
  case unix(path: String)
  /// By mutual TLS.
  case tcp(host: String, port: Int)

  /// Reads what an operator writes: the path of a socket (with a `/` in it, or `unix:` before it),
  /// or `HOST:PORT`; nil where it is neither.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      self = .unix(path: String(text.dropFirst("unix:".count)))
      return
    }
    if text.contains("/") {
      self = .unix(path: text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self = .tcp(host: String(host), port: Int(port))
  }

  /// Where an engine is that was given no other place: `$XDG_RUNTIME_DIR/weir/engine.sock`, else
  /// `/tmp/weir-UID/engine.sock`.
  ///
  /// - Parameter runtimeFolder: What `XDG_RUNTIME_DIR` says; heeded only where it is absolute.
  /// - Returns: The address of a socket.
  package static func standard(runtimeFolder: String?) -> AdminAddress {
    if let runtimeFolder, runtimeFolder.hasPrefix("/") {
      return .unix(path: "\(runtimeFolder)/weir/engine.sock")
    }
    return .unix(path: "/tmp/weir-\(geteuid())/engine.sock")
  }

  /// Where an engine of this user and this environment is.
  package static var standard: AdminAddress {
    standard(runtimeFolder: getenv("XDG_RUNTIME_DIR").map { String(cString: $0) })
  }

  package var description: String {
    switch self {
    case .unix(let path): path
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}

/// The PEM files by which an end of a connection proves itself and knows the other.
package struct MutualTLSFiles: Hashable, Sendable {
  /// The certificate, then those that signed it.
  package var certificate: String
  package var key: String
  /// The certificates that sign those of the other end.
  package var roots: String

  package init(certificate: String, key: String, roots: String) {
    self.certificate = certificate
    self.key = key
    self.roots = roots
  }
}
