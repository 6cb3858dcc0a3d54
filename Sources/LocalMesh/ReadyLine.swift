import FoundationEssentials

/// The line of JSON by which a child says, on its standard output, that it is ready.
///
/// A server says where it listens: `{"ready":{"address":"127.0.0.1","port":20000}}`; a client has
/// nothing more to say: `{"ready":{}}`.
package struct ReadyLine: Hashable, Sendable {
  /// An IP address; nil for a child that listens nowhere.
  package var address: String?
  package var port: UInt16?

  package init(address: String? = nil, port: UInt16? = nil) {
    self.address = address
    self.port = port
  }

  /// Reads a line; nil for any other.
  package init?(parsing line: String) {
    guard let message = try? JSONDecoder().decode(Message.self, from: Data(line.utf8)) else {
      return nil
    }
    self.init(address: message.ready.address, port: message.ready.port)
  }

  /// The line as it is printed, without a line break.
  package var text: String {
    let message = Message(ready: Message.Ready(address: address, port: port))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(message) else { return "{\"ready\":{}}" }
    return String(decoding: data, as: UTF8.self)
  }

  private struct Message: Codable {
    struct Ready: Codable {
      var address: String?
      var port: UInt16?
    }

    var ready: Ready
  }
}
