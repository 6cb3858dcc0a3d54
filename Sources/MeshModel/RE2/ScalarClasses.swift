/// The scalars in as few classes as a program's sets need: scalars of one class are in the same sets.
struct ScalarClasses: Sendable {
  /// The number of classes; they are numbered from 0.
  let count: Int
  /// The class of each ASCII scalar.
  private let ascii: [Int]
  /// Where each stretch of scalars begins, ascending from 0, and its class.
  private let starts: [UInt32]
  private let classes: [Int]

  init(separating sets: [ScalarSet]) {
    var bounds: Set<UInt32> = [0]
    for range in sets.lazy.flatMap(\.ranges) {
      bounds.insert(range.lowerBound)
      if range.upperBound < ScalarSet.highest { bounds.insert(range.upperBound + 1) }
    }
    let starts = bounds.sorted()
    var classes = Array(repeating: 0, count: starts.count)
    var sizes = [starts.count]
    for set in sets { ScalarClasses.refine(&classes, &sizes, starts: starts, by: set) }
    self.starts = starts
    self.classes = classes
    count = sizes.count
    var ascii: [Int] = []
    for value in 0..<UInt32(0x80) {
      ascii.append(classes[ScalarClasses.stretch(value, in: starts)])
    }
    self.ascii = ascii
  }

  /// The class of a scalar by its value.
  func index(of value: UInt32) -> Int {
    value < 0x80 ? ascii[Int(value)] : classes[ScalarClasses.stretch(value, in: starts)]
  }

  /// The classes that a set is made of; it must be one of the sets that made this.
  func members(of set: ScalarSet) -> Set<Int> {
    var members: Set<Int> = []
    ScalarClasses.forEachStretch(of: set, in: starts) { members.insert(classes[$0]) }
    return members
  }

  /// Splits each class into what is in `set` and what isn't; `sizes` counts the stretches of each.
  private static func refine(
    _ classes: inout [Int],
    _ sizes: inout [Int],
    starts: [UInt32],
    by set: ScalarSet
  ) {
    var inside: [Int: Int] = [:]
    forEachStretch(of: set, in: starts) { inside[classes[$0], default: 0] += 1 }
    // A class that is wholly inside stays as it is.
    var renamed: [Int: Int] = [:]
    for (index, size) in inside.sorted(by: { $0.key < $1.key }) where size < sizes[index] {
      renamed[index] = sizes.count
      sizes[index] -= size
      sizes.append(size)
    }
    forEachStretch(of: set, in: starts) { classes[$0] = renamed[classes[$0]] ?? classes[$0] }
  }

  private static func forEachStretch(
    of set: ScalarSet,
    in starts: [UInt32],
    _ body: (Int) -> Void
  ) {
    for range in set.ranges {
      var index = stretch(range.lowerBound, in: starts)
      while index < starts.count, starts[index] <= range.upperBound {
        body(index)
        index += 1
      }
    }
  }

  /// The index of the stretch that holds a value.
  private static func stretch(_ value: UInt32, in starts: [UInt32]) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
