package import MeshModel

/// Something that happened, in one line.
package struct EventPicture: Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable {
    case info, warning, error
  }

  package var time: Timestamp
  /// Who: `operator`, `engine`, or a client's or workload's name.
  package var source: String
  package var text: String
  package var severity: Severity

  package init(time: Timestamp, source: String, text: String, severity: Severity = .info) {
    self.time = time
    self.source = source
    self.text = text
    self.severity = severity
  }
}

/// How long the newest revision took to get where it matters, from the key that asked for it.
///
/// All in microseconds; nil where it has not happened yet.
package struct ClocksPicture: Hashable, Sendable {
  package var revision: UInt64
  /// Until the first response was handed to the first client's stream.
  package var keyToPushed: UInt64?
  /// Until the first and the last of the connected clients acknowledged everything.
  package var keyToFirstACK: UInt64?
  package var keyToAllACKs: UInt64?
  /// Until the first response that only this revision could give arrived.
  package var keyToFirstEffect: UInt64?
  /// Whether such a response can exist: some call can now go where no rule sent it before.
  package var canShowEffect: Bool
  /// Whether it can't be seen all the same, since no client tells more of its calls than load
  /// reports or a log do.
  package var isEffectHidden: Bool

  package init(
    revision: UInt64 = 0,
    keyToPushed: UInt64? = nil,
    keyToFirstACK: UInt64? = nil,
    keyToAllACKs: UInt64? = nil,
    keyToFirstEffect: UInt64? = nil,
    canShowEffect: Bool = false,
    isEffectHidden: Bool = false
  ) {
    self.revision = revision
    self.keyToPushed = keyToPushed
    self.keyToFirstACK = keyToFirstACK
    self.keyToAllACKs = keyToAllACKs
    self.keyToFirstEffect = keyToFirstEffect
    self.canShowEffect = canShowEffect
    self.isEffectHidden = isEffectHidden
  }
}
