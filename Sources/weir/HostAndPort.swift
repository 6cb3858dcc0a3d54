import ArgumentParser

/// `HOST:PORT` on the command line; IPv6 addresses in brackets.
struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
  var host: String
  /// From 0 to 65535.
  var port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self.init(host: String(host), port: Int(port))
  }

  /// Reads the value of a flag.
  ///
  /// - Throws: `ValidationError`, which names the flag.
  init(parsing text: String, flag: String) throws {
    guard let value = HostAndPort(text) else {
      throw ValidationError("\(flag) is \(text); want ADDRESS:PORT, such as 127.0.0.1:15010")
    }
    self = value
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
