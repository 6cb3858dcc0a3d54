/// The `version_info` of one resource type: which engine run and revision its content is from.
///
/// On the wire it is `boot-revision`, or `boot-revision.phase` for the intermediate steps of a
/// make-before-break push. The boot ID differs on each start, so that a client that returns
/// with the version of an earlier run is never taken to be up to date.
package struct ConfigVersion: Hashable, Sendable, CustomStringConvertible {
  /// Letters and digits only.
  package let boot: String
  /// The rule book's revision whose content this is.
  package let revision: UInt64
  /// Even for a revision's content: 0 for the first, more where the inventory changed under the same
  /// revision; odd for an intermediate step on the way to the even one before it.
  package let phase: UInt32

  package init(boot: String, revision: UInt64, phase: UInt32 = 0) {
    self.boot = boot
    self.revision = revision
    self.phase = phase
  }

  /// Reads one back; nil for text that Weir doesn't write.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard let revision = numbers.first.flatMap({ UInt64($0) }), numbers.count <= 2 else {
      return nil
    }
    var phase: UInt32 = 0
    if numbers.count == 2 {
      guard let parsed = UInt32(numbers[1]) else { return nil }
      phase = parsed
    }
    self.init(boot: String(parts[0]), revision: revision, phase: phase)
  }

  /// Whether it is that of an intermediate step.
  var isStep: Bool { !phase.isMultiple(of: 2) }

  package var description: String {
    phase == 0 ? "\(boot)-\(revision)" : "\(boot)-\(revision).\(phase)"
  }
}
