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
  /// Whether a response that only this revision could give is known to be possible.
  var canShowEffect = false
  /// Whether load reports, which tell of clusters alone, could show one.
  var canShowEffectByCluster = false
  /// So many calls are looked at though none such is known: what clients send may show one.
  private var looks = 1_000
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
  var awaitsEffect: Bool { keyToFirstEffect == nil && (canShowEffect || looks > 0) }

  /// Notes that a call is looked at.
  mutating func noteLook() {
    if looks > 0 { looks -= 1 }
  }

  mutating func notePushed(_ push: UInt64, at time: MonotonicTime) {
    guard push >= self.push, keyToPushed == nil else { return }
    keyToPushed = time.microseconds(since: keyTime)
  }

  /// The push can't be later than an ACK, though its event may come later, or not at all where the
  /// revision left everything as it was.
  mutating func noteFirstACK(at time: MonotonicTime) {
    guard keyToFirstACK == nil else { return }
    let microseconds = time.microseconds(since: keyTime)
    keyToFirstACK = microseconds
    keyToPushed = min(keyToPushed ?? microseconds, microseconds)
  }

  /// - Returns: Microseconds from the key, the first time; nil later.
  mutating func noteAllACKs(at time: MonotonicTime) -> UInt64? {
    guard keyToAllACKs == nil else { return nil }
    noteFirstACK(at: time)
    keyToAllACKs = time.microseconds(since: keyTime)
    return keyToAllACKs
  }

  /// - Returns: Microseconds from the key, the first time; nil later.
  mutating func noteEffect(at time: MonotonicTime) -> UInt64? {
    guard keyToFirstEffect == nil else { return nil }
    canShowEffect = true
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
