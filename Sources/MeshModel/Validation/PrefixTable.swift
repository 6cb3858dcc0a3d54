/// A set of texts that tells which of them another text begins with, without looking at all of them.
struct PrefixTable {
  /// By bytes.
  private let texts: [String]
  /// For each text the longest other one that it begins with; -1 where there is none.
  private let parents: [Int]

  /// O(n log n).
  init(_ texts: [String]) {
    self.texts = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var parents: [Int] = []
    for (index, text) in self.texts.enumerated() {
      var parent = index - 1
      while parent >= 0, !text.utf8.starts(with: self.texts[parent].utf8) {
        parent = parents[parent]
      }
      parents.append(parent)
    }
    self.parents = parents
  }

  /// The texts that `text` begins with, the longest first; O(log n + what is found) but for texts
  /// that share long beginnings.
  func prefixes(of text: String) -> [String] {
    // What begins with a text comes behind it, so the last that doesn't come behind `text` is one
    // of those wanted, or begins with the longest of them.
    var (low, high) = (0, texts.count)
    while low < high {
      let middle = (low + high) / 2
      if text.utf8.lexicographicallyPrecedes(texts[middle].utf8) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    var found: [String] = []
    var index = low - 1
    while index >= 0 {
      if !found.isEmpty || text.utf8.starts(with: texts[index].utf8) { found.append(texts[index]) }
      index = parents[index]
    }
    return found
  }
}
