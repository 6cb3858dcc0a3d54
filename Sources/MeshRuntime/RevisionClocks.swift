import MeshModel
import MeshPicture

/// How far the newest revision has got, measured from the key that asked for it.
struct RevisionClocks: Sendable {
  let revision: UInt64
  /// The first push that carries it.
  let push: UInt64
  let keyTime: MonotonicTime
  /// When it was accepted.
  let accepted: MonotonicTime
  var canShowEffect = false
  private(set) var keyToPushed: UInt64?
  private(set) var keyToFirstACK: UInt64?
  private(set) var keyToAllACKs: UInt64?
  private(set) var keyToFirstEffect: UInt64?

  init(revision: UInt64, push: UInt64, keyTime: MonotonicTime, accepted: MonotonicTime) {
    self.revision = revision
    self.push = push
    self.keyTime = keyTime
    self.accepted = accepted
  }

  /// Whether a response is still looked for that only this revision could give.
  var awaitsEffect: Bool { canShowEffect && keyToFirstEffect == nil }

  mutating func notePushed(_ push: UInt64, at time: MonotonicTime) {
    guard push >= self.push, keyToPushed == nil else { return }
    keyToPushed = time.microseconds(since: keyTime)
  }

  mutating func noteFirstACK(at time: MonotonicTime) {
    guard keyToFirstACK == nil else { return }
    keyToFirstACK = time.microseconds(since: keyTime)
  }

  /// - Returns: Microseconds from the key, the first time; nil later.
  mutating func noteAllACKs(at time: MonotonicTime) -> UInt64? {
    guard keyToAllACKs == nil else { return nil }
    keyToAllACKs = time.microseconds(since: keyTime)
    return keyToAllACKs
  }

  /// - Returns: Microseconds from the key, the first time; nil later.
  mutating func noteEffect(at time: MonotonicTime) -> UInt64? {
    guard keyToFirstEffect == nil else { return nil }
    keyToFirstEffect = time.microseconds(since: keyTime)
    return keyToFirstEffect
  }

  var picture: ClocksPicture {
    ClocksPicture(
      revision: revision,
      keyToPushed: keyToPushed,
      keyToFirstACK: keyToFirstACK,
      keyToAllACKs: keyToAllACKs,
      keyToFirstEffect: keyToFirstEffect,
      canShowEffect: canShowEffect
    )
  }
}
