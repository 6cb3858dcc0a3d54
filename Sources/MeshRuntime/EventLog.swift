import MeshModel
import MeshPicture

/// The newest few hundred events.
struct EventLog: Sendable {
  static let capacity = 500

  private var ring = Ring<EventPicture>(capacity: capacity)

  /// Oldest first.
  var events: [EventPicture] { ring.elements }

  /// Adds an event; its texts may be from outside.
  mutating func add(
    _ severity: EventPicture.Severity,
    _ source: String,
    _ text: String,
    at time: Timestamp
  ) {
    ring.append(
      EventPicture(
        time: time,
        source: source.printable(limit: TextLimit.name),
        text: text.printable(limit: TextLimit.message),
        severity: severity
      )
    )
  }
}
