/// What a client asks for of one type: all, some names, or nothing.
struct Subscription: Hashable, Sendable {
  enum Change: Hashable, Sendable {
    case none
    /// Only names went.
    case narrowed
    /// At least one name came.
    case widened
  }

  private(set) var isWildcard = false
  /// Sorted, each once.
  private(set) var names: [String] = []
  /// Of the names and the wildcard.
  private(set) var hash = FNV1a()
  /// Whether any name was ever given: from then on an empty list means nothing, not everything.
  private var isExplicit = false

  var isEmpty: Bool { !isWildcard && names.isEmpty }

  /// The number of names; nil for all.
  var count: Int? { isWildcard ? nil : names.count }

  /// Takes the `resource_names` of a request, which replace those before it.
  mutating func replace(with requested: [String], allowsWildcard: Bool) -> Change {
    if requested == names, !isWildcard, !requested.isEmpty { return .none }
    if !requested.isEmpty { isExplicit = true }
    let wantsAll = allowsWildcard && (requested.contains("*") || !isExplicit)
    let names = Self.normalized(requested)
    if names == self.names, wantsAll == isWildcard { return .none }

    let widens = (wantsAll && !isWildcard) || !names.allSatisfy(contains)
    self.names = names
    isWildcard = wantsAll
    hash = FNV1a()
    for name in names { hash.combine(name) }
    if wantsAll { hash.combine("*") }
    return widens ? .widened : .narrowed
  }

  private func contains(_ name: String) -> Bool {
    var low = 0
    var high = names.count
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < name { low = middle + 1 } else { high = middle }
    }
    return low < names.count && names[low] == name
  }

  private static func normalized(_ requested: [String]) -> [String] {
    var names: [String] = []
    for name in requested.sorted() where !name.isEmpty && name != "*" && name != names.last {
      names.append(name)
    }
    return names
  }
}
