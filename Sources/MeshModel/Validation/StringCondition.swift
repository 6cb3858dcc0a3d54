/// A condition on a string, ready to be held against another.
///
/// Its answers are sound, not complete: `true` is certain, `false` may mean that it can't be told.
enum StringCondition {
  /// Any value.
  case present
  case exact(String)
  case prefix(String)
  /// The pattern is nil where it can't be read.
  case regex(String, RE2Pattern?)

  init(_ match: StringMatch, _ regexes: RegexTable) {
    switch match {
    // Istio takes an empty regular expression for presence; so does what is told to clients.
    case .present, .prefix(""), .regex(""): self = .present
    case .exact(let text): self = .exact(text)
    case .prefix(let text): self = .prefix(text)
    case .regex(let source):
      let pattern = try? regexes.pattern(source).get()
      self = pattern?.matchesEveryLine == true ? .present : .regex(source, pattern)
    }
  }

  /// Whether every value that meets it meets `other` too.
  func implies(_ other: StringCondition) -> Bool {
    switch (self, other) {
    case (_, .present): true
    case (.exact(let own), _): other.holds(for: own)
    case (.prefix(let own), .prefix(let theirs)): own.utf8.starts(with: theirs.utf8)
    case (.regex(let own, _), .regex(let theirs, _)): own.utf8.elementsEqual(theirs.utf8)
    case (.present, _), (.prefix, _), (.regex, _): false
    }
  }

  /// Whether no value meets both.
  func excludes(_ other: StringCondition) -> Bool {
    switch (self, other) {
    case (.exact(let own), _): other.isKnown && !other.holds(for: own)
    case (_, .exact(let theirs)): isKnown && !holds(for: theirs)
    case (.prefix(let own), .prefix(let theirs)):
      !own.utf8.starts(with: theirs.utf8) && !theirs.utf8.starts(with: own.utf8)
    case (.present, _), (.prefix, _), (.regex, _): false
    }
  }

  func holds(for value: String) -> Bool {
    switch self {
    case .present: true
    case .exact(let text): value.utf8.elementsEqual(text.utf8)
    case .prefix(let text): value.utf8.starts(with: text.utf8)
    case .regex(_, let pattern): pattern?.matches(value) ?? false
    }
  }

  /// Whether ``holds(for:)`` can tell.
  private var isKnown: Bool {
    if case .regex(_, nil) = self { false } else { true }
  }

  /// The same condition on text in lower case (ASCII); a regular expression stays as it is.
  var lowercased: StringCondition {
    switch self {
    case .exact(let text): .exact(text.asciiLowercased)
    case .prefix(let text): .prefix(text.asciiLowercased)
    case .present, .regex: self
    }
  }
}

extension String {
  var asciiLowercased: String {
    String(decoding: utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  var hasASCIILetters: Bool {
    utf8.contains { (0x41...0x5a).contains($0 & 0xdf) }
  }
}
