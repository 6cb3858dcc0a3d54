/// The matches of earlier rules, kept so that those which may cover another match are found without
/// holding it against all of them.
///
/// Each is kept under one of its conditions, the rarest: a match that it covers must meet that one.
struct ReachIndex {
  /// A condition, or a kind of them.
  private struct Key: Hashable {
    enum Kind: Hashable {
      case exact, prefix, regex, present
      /// Any regular expression.
      case anyRegex
      /// A condition on what must be absent.
      case without
    }

    let kind: Kind
    let part: String
    let text: ExactText

    init(_ kind: Kind, _ part: String, _ text: String = "") {
      self.kind = kind
      self.part = part
      self.text = ExactText(text)
    }
  }

  private struct Entry {
    let rule: Int
    let shape: MatchShape
  }

  /// Under this name stands the path; no header can be called so.
  private static let uri = "/"
  /// So many pairs are compared at most: what only more of them would show isn't told.
  private static let limit = 400_000

  private var entries: [Key: [Entry]] = [:]
  /// The first rule that takes every call.
  private(set) var coveringRule: Int?
  /// How many matches have a condition.
  private var counts: [Key: Int] = [:]
  private var prefixes: [String: PrefixTable] = [:]
  private var comparisonsLeft = limit

  /// Prepares for the matches of all rules; ``insert(_:of:)`` adds them one by one.
  init(_ shapes: some Sequence<MatchShape>) {
    for shape in shapes {
      for key in ReachIndex.conditions(of: shape) { counts[key, default: 0] += 1 }
    }
    var texts: [String: [String]] = [:]
    for key in counts.keys where key.kind == .prefix {
      texts[key.part, default: []].append(key.text.text)
    }
    prefixes = texts.mapValues(PrefixTable.init)
  }

  /// Adds a match of a rule that isn't before those that are there.
  mutating func insert(_ shape: MatchShape, of rule: Int) {
    guard shape.canCover else { return }
    if shape.isForEveryCall {
      coveringRule = coveringRule ?? rule
      return
    }
    let entry = Entry(rule: rule, shape: shape)
    let conditions = ReachIndex.conditions(of: shape)
    guard let rarest = conditions.min(by: { rank($0) < rank($1) }) else {
      let name = shape.withoutHeaders.first?.name ?? ""
      return entries[Key(.without, name), default: []].append(entry)
    }
    entries[rarest, default: []].append(entry)
    if rarest.kind == .regex { entries[Key(.anyRegex, rarest.part), default: []].append(entry) }
  }

  /// The first rule that was added and has a match which covers `shape`; nil where none is known.
  mutating func firstRule(covering shape: MatchShape) -> Int? {
    var best = coveringRule
    for key in places(of: shape) {
      for entry in entries[key] ?? [] {
        if let best, entry.rule >= best { break }
        guard comparisonsLeft > 0 else { return best }
        comparisonsLeft -= 1
        guard entry.shape.covers(shape) else { continue }
        best = entry.rule
        break
      }
    }
    return best
  }

  /// How many others share a condition; regular expressions last, as texts must be run through them.
  private func rank(_ key: Key) -> Int {
    (counts[key] ?? 0) + (key.kind == .regex ? 1 << 32 : 0)
  }

  // MARK: Conditions

  /// What a call must meet for a match, but for what must be absent.
  private static func conditions(of shape: MatchShape) -> [Key] {
    var keys = shape.parts.map { key($0.name, $0.condition) }
    // Whether case counts is for the comparison to tell.
    if let path = shape.uri { keys.append(key(uri, path.lowercased)) }
    keys += callerKeys(of: shape)
    return keys
  }

  private static func key(_ part: String, _ condition: StringCondition) -> Key {
    switch condition {
    case .present: Key(.present, part)
    case .exact(let text): Key(.exact, part, text)
    case .prefix(let text): Key(.prefix, part, text)
    case .regex(let source, _): Key(.regex, part, source)
    }
  }

  private static func callerKeys(of shape: MatchShape) -> [Key] {
    var keys = shape.sourceLabels.map { Key(.exact, "#label \($0.key)", $0.value) }
    if let port = shape.port { keys.append(Key(.exact, "#port", "\(port)")) }
    if let namespace = shape.sourceNamespace { keys.append(Key(.exact, "#namespace", namespace)) }
    return keys
  }

  /// Where the matches stand that may cover `shape`.
  private func places(of shape: MatchShape) -> [Key] {
    var keys = ReachIndex.callerKeys(of: shape)
    for part in shape.parts {
      keys += places(part.name, part.condition)
      keys.append(Key(.without, part.name))
    }
    for part in shape.withoutHeaders { keys.append(Key(.without, part.name)) }
    if let uri = shape.uri { keys += places(ReachIndex.uri, uri.lowercased) }
    return keys
  }

  private func places(_ part: String, _ condition: StringCondition) -> [Key] {
    var keys = [Key(.present, part), ReachIndex.key(part, condition)]
    switch condition {
    case .exact(let text), .prefix(let text):
      keys += (prefixes[part]?.prefixes(of: text) ?? []).map { Key(.prefix, part, $0) }
      keys.append(Key(.anyRegex, part))
    case .regex, .present:
      break
    }
    return keys
  }
}
