import MeshModel
import MeshPicture

/// The newest few hundred events.
struct EventLog: Sendable {
  static let capacity = 500
  /// Events that wait to be handed on; one that finds no room is counted.
  static let waitingLimit = 5_000

  /// Whether events are kept for ``takeWaiting()``.
  private var isHandedOn = false
  private var isBeingHandedOn = false
  private var ring = Ring<EventPicture>(capacity: capacity)
  private var waiting: [EventPicture] = []
  private var leftOut = 0

  /// Oldest first.
  var events: [EventPicture] { ring.elements }

  /// Keeps events to be handed on from now on, those so far included.
  mutating func beginKeeping() {
    isHandedOn = true
    waiting = events
  }

  var hasWaiting: Bool { !waiting.isEmpty }

  /// Adds an event; its texts may be from outside.
  mutating func add(
    _ severity: EventPicture.Severity,
    _ source: String,
    _ text: String,
    at time: Timestamp
  ) {
    let event = EventPicture(
      time: time,
      source: source.printable(limit: TextLimit.name),
      text: text.printable(limit: TextLimit.message),
      severity: severity
    )
    ring.append(event)
    guard isHandedOn else { return }
    if waiting.count < EventLog.waitingLimit { waiting.append(event) } else { leftOut += 1 }
  }

  /// Makes the caller the one who hands on events, until ``takeWaiting()`` gives none.
  ///
  /// - Returns: Whether there is something to hand on, and nobody else at it.
  mutating func beginHandingOn() -> Bool {
    guard hasWaiting, !isBeingHandedOn else { return false }
    isBeingHandedOn = true
    return true
  }

  /// The events since the last time, oldest first, and one that tells how many there was no room
  /// for; nil where there are none, which ends the handing on.
  mutating func takeWaiting() -> [EventPicture]? {
    guard hasWaiting else {
      isBeingHandedOn = false
      return nil
    }
    var events = waiting
    if leftOut > 0, let last = events.last {
      let text = "\(leftOut) more events came too fast to be told"
      events.append(
        EventPicture(time: last.time, source: "engine", text: text, severity: .warning)
      )
    }
    waiting.removeAll()
    leftOut = 0
    return events
  }
}
