import FoundationEssentials
import MeshModel

/// A JSON object of a verb: what every one carries, then what the verb has to say.
///
/// `schemaVersion` grows when a field changes its meaning or goes away.
struct JSONReport<Body: Encodable>: Encodable {
  private enum Key: String, CodingKey {
    case schemaVersion, revision, time
  }

  /// The revision that the body tells of; null where there is none.
  var revision: UInt64?
  var time: Timestamp
  var body: Body

  func encode(to encoder: any Encoder) throws {
    var header = encoder.container(keyedBy: Key.self)
    try header.encode(1, forKey: .schemaVersion)
    try header.encode(revision, forKey: .revision)
    try header.encode(UTCText.text(of: time), forKey: .time)
    try body.encode(to: encoder)
  }

  /// The object on one line.
  var text: String {
    get throws { try encoded(self) }
  }
}

/// The body of a JSON object that is a list: `items`.
struct JSONItems<Item: Encodable>: Encodable {
  var items: [Item]
}

/// A body with nothing of its own.
private struct NoBody: Encodable {}

/// A value as JSON on one line.
func encoded(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// A JSON object whose `items` are JSON texts already.
func jsonList(_ items: [String], revision: UInt64?, time: Timestamp) throws -> String {
  let header = try JSONReport(revision: revision, time: time, body: NoBody()).text
  return "{\"items\":[\(items.joined(separator: ","))],\(header.dropFirst())"
}
