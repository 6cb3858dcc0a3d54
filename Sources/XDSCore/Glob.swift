/// A pattern in which `*` stands for any text, an empty one too, and `?` for one Unicode scalar.
package struct Glob: Hashable, Sendable {
  private let pattern: [Unicode.Scalar]

  package init(_ pattern: String) {
    self.pattern = Array(pattern.unicodeScalars)
  }

  /// Whether it covers the whole text; takes the product of both lengths at most.
  package func matches(_ text: String) -> Bool {
    let text = Array(text.unicodeScalars)
    var (place, index) = (0, 0)
    // Where to go on if what follows the last star doesn't fit.
    var retry: (place: Int, index: Int)?
    while index < text.count {
      if place < pattern.count, pattern[place] == "*" {
        place += 1
        retry = (place, index)
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[index] {
        place += 1
        index += 1
      } else if let last = retry {
        retry = (last.place, last.index + 1)
        (place, index) = (last.place, last.index + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
