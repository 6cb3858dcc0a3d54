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
  /// Of the names and the wildcard; of state of the world only.
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
    return set(Self.normalized(requested), isWildcard: wantsAll)
  }

  /// Takes the two lists of a delta request.
  ///
  /// - Parameters:
  ///   - added: `resource_names_subscribe`; of use even where the client has them already.
  ///   - removed: `resource_names_unsubscribe`.
  ///   - isFirst: Whether it is the type's first request, in which no names mean all.
  ///   - allowsWildcard: Whether the type has a wildcard.
  /// - Returns: What that does to the names.
  mutating func change(
    adding added: [String],
    removing removed: [String],
    isFirst: Bool,
    allowsWildcard: Bool
  ) -> Change {
    if added.isEmpty, removed.isEmpty, !(isFirst && allowsWildcard) { return .none }
    let isAdded = added.contains("*") || (isFirst && added.isEmpty)
    let wantsAll = allowsWildcard && (isAdded || (isWildcard && !removed.contains("*")))
    let old = (isWildcard: isWildcard, count: names.count)
    isWildcard = wantsAll
    remove(removed, except: added)
    let isNarrowed = names.count < old.count || (old.isWildcard && !wantsAll)
    let rest = names.count
    insert(added)
    if names.count > rest || (wantsAll && !old.isWildcard) { return .widened }
    return isNarrowed ? .narrowed : .none
  }

  /// Where the name stands in ``names``; nil where it isn't asked for by name.
  func index(of name: String) -> Int? {
    let position = position(of: name)
    return position < names.count && names[position] == name ? position : nil
  }

  /// Where the name stands, or would.
  private func position(of name: String) -> Int {
    var low = 0
    var high = names.count
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < name { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func remove(_ removed: [String], except added: [String]) {
    guard !removed.isEmpty else { return }
    let gone = Set(removed).subtracting(added)
    names.removeAll(where: gone.contains)
  }

  private mutating func insert(_ added: [String]) {
    let new = Self.normalized(added).filter { index(of: $0) == nil }
    if new.count > 8 {
      names = (names + new).sorted()
    } else {
      for name in new { names.insert(name, at: position(of: name)) }
    }
  }

  private mutating func set(_ wanted: [String], isWildcard wantsAll: Bool) -> Change {
    if wanted == names, wantsAll == isWildcard { return .none }
    let widens = (wantsAll && !isWildcard) || !wanted.allSatisfy { index(of: $0) != nil }
    names = wanted
    isWildcard = wantsAll
    hash = FNV1a()
    for name in names { hash.combine(name) }
    if wantsAll { hash.combine("*") }
    return widens ? .widened : .narrowed
  }

  private static func normalized(_ requested: [String]) -> [String] {
    var names: [String] = []
    for name in requested.sorted() where !name.isEmpty && name != "*" && name != names.last {
      names.append(name)
    }
    return names
  }
}
