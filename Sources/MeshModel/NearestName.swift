/// Finds the name that was probably meant.
package enum NearestName {
  /// The nearest of some names: equal but for case, `_` and `-`, or a few letters off; nil where none
  /// is near.
  package static func nearest(to text: String, among names: [String]) -> String? {
    let folded = fold(text)
    if let same = names.first(where: { fold($0) == folded }) { return same }
    let own = Array(folded.prefix(64))
    let limit = max(1, own.count / 3)
    let ranked = names.map { ($0, distance(own, Array(fold($0)))) }.filter { $0.1 <= limit }
    return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  private static func fold(_ text: String) -> [Character] {
    text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map(\.self)
  }

  /// Insertions, deletions, replacements and swaps of neighbours from one text to the other.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, own) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(last[column + 1], current[column]) + 1
        cost = min(cost, last[column] + (own == other ? 0 : 1))
        let isSwap = row > 0 && column > 0 && own == right[column - 1] && left[row - 1] == other
        if isSwap { cost = min(cost, beforeLast[column - 1] + 1) }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
