/// The difference of two texts as `diff -u` writes it.
package struct UnifiedDiff: Hashable, Sendable {
  /// Lines that are alike around those that differ.
  private static let context = 3

  private enum Line: Hashable, Sendable {
    case same(String)
    case removed(String)
    case added(String)

    var text: String {
      switch self {
      case .same(let text): " \(text)"
      case .removed(let text): "-\(text)"
      case .added(let text): "+\(text)"
      }
    }

    var isSame: Bool {
      switch self {
      case .same: true
      case .removed, .added: false
      }
    }
  }

  private let lines: [Line]

  package init(from old: String, to new: String) {
    lines = UnifiedDiff.compare(UnifiedDiff.split(old), UnifiedDiff.split(new))
  }

  package var isEmpty: Bool { lines.allSatisfy(\.isSame) }

  /// The lines of a patch, with its two names at the top; none where the texts are equal.
  package func patch(from oldName: String, to newName: String) -> [String] {
    guard !isEmpty else { return [] }
    return ["--- \(oldName)", "+++ \(newName)"] + hunks.flatMap(text)
  }

  // MARK: Comparing

  private static func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func compare(_ old: [String], _ new: [String]) -> [Line] {
    // What both begin and end with is found at once; the rest is often small.
    let head = zip(old, new).prefix { $0 == $1 }.count
    let rest = min(old.count, new.count) - head
    let tail = zip(old.reversed(), new.reversed()).prefix(rest).prefix { $0 == $1 }.count
    let middle = changes(
      Array(old[head..<(old.count - tail)]),
      Array(new[head..<(new.count - tail)])
    )
    return old[..<head].map(Line.same) + middle + old[(old.count - tail)...].map(Line.same)
  }

  private static func changes(_ old: [String], _ new: [String]) -> [Line] {
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        lines.append(.removed(old[left]))
        left += 1
      } else if added.contains(right) {
        lines.append(.added(new[right]))
        right += 1
      } else {
        lines.append(.same(old[left]))
        left += 1
        right += 1
      }
    }
    return lines
  }

  // MARK: Hunks

  /// Ranges of ``lines`` that stand together in one hunk.
  private var hunks: [Range<Int>] {
    var hunks: [Range<Int>] = []
    for (index, line) in lines.enumerated() where !line.isSame {
      let start = max(0, index - UnifiedDiff.context)
      let end = min(lines.count, index + UnifiedDiff.context + 1)
      if let last = hunks.last, start <= last.upperBound {
        hunks[hunks.count - 1] = last.lowerBound..<end
      } else {
        hunks.append(start..<end)
      }
    }
    return hunks
  }

  private func text(of hunk: Range<Int>) -> [String] {
    let before = counts(in: 0..<hunk.lowerBound)
    let inside = counts(in: hunk)
    let old = UnifiedDiff.range(after: before.old, count: inside.old)
    let new = UnifiedDiff.range(after: before.new, count: inside.new)
    return ["@@ -\(old) +\(new) @@"] + lines[hunk].map(\.text)
  }

  private func counts(in range: Range<Int>) -> (old: Int, new: Int) {
    lines[range].reduce((0, 0)) { counts, line in
      switch line {
      case .same: (counts.0 + 1, counts.1 + 1)
      case .removed: (counts.0 + 1, counts.1)
      case .added: (counts.0, counts.1 + 1)
      }
    }
  }

  /// `first,count` with the line number from 1, or of the line before where the count is 0.
  private static func range(after before: Int, count: Int) -> String {
    let first = count == 0 ? before : before + 1
    return count == 1 ? "\(first)" : "\(first),\(count)"
  }
}
