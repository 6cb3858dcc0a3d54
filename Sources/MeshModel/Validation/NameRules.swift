/// Kubernetes' rules for names and labels.
enum NameRules {
  /// 1 to 63 lower-case letters, digits and `-`, neither first nor last a `-`.
  static func isDNSLabel(_ text: Substring) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(text.utf8.count) && text.utf8.first != hyphen
      && text.utf8.last != hyphen
      && text.utf8.allSatisfy {
        $0 == hyphen || $0.isASCIIAlphanumeric && !(0x41...0x5a).contains($0)
      }
  }

  static func isDNSLabel(_ text: String) -> Bool { isDNSLabel(text[...]) }

  /// A label's name: 1 to 63 letters, digits and `-_.`, perhaps after a prefix such as `example.com/`.
  static func isLabelName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last, parts.count <= 2, isLabelWord(name) else { return false }
    return parts.count == 1
      || parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isDNSLabel)
  }

  /// A label's value: empty, or as its name without a prefix.
  static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isLabelWord(text[...]) }

  /// A name that a header can be sent under: a token of HTTP.
  static func isHeaderName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains($0) }
  }

  private static func isLabelWord(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    return first.isASCIIAlphanumeric && last.isASCIIAlphanumeric
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-_.".utf8.contains($0) }
  }
}

extension [String: String] {
  /// What is wrong with its names and values as labels.
  var labelProblems: [FieldProblem] {
    // Most labels are right: nothing is sorted for them.
    if allSatisfy({ NameRules.isLabelName($0.key) && NameRules.isLabelValue($0.value) }) {
      return []
    }
    return sorted { $0.key < $1.key }.compactMap { name, value in
      if !NameRules.isLabelName(name) {
        return .error(
          .labelInvalid,
          at: "[\(name)]",
          "\"\(name)\" is no name of a label; want 1 to 63 letters, digits, - _ or ., "
            + "the first and the last a letter or a digit",
          fix: "rename the label"
        )
      }
      guard !NameRules.isLabelValue(value) else { return nil }
      return .error(
        .labelInvalid,
        at: "[\(name)]",
        "label \(name) has the value \"\(value)\"; want at most 63 letters, digits, - _ or ., "
          + "the first and the last a letter or a digit",
        fix: "change the label's value"
      )
    }
  }
}
