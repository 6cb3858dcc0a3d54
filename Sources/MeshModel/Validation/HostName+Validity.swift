extension HostName {
  /// What is wrong with a host as an operator writes it; nil if nothing is.
  ///
  /// With wildcards allowed, `*` and `*.suffix` are hosts too.
  static func problem(with text: String, allowsWildcard: Bool) -> String? {
    if text.isEmpty { return "the host is empty; want a name such as greeter.default" }
    if allowsWildcard, text == "*" { return nil }
    let host = allowsWildcard && text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard host.utf8.count <= 253, labels.allSatisfy(isLabel) else {
      return "\"\(text)\" is no host; want labels of letters, digits and - with dots between, "
        + "such as greeter.default.svc.cluster.local"
    }
    return nil
  }

  /// Up to 63 letters, digits, `-` and `_`, the first and the last no `-`.
  private static func isLabel(_ label: Substring) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.utf8.count) && label.utf8.first != hyphen
      && label.utf8.last != hyphen
      && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == hyphen || $0 == UInt8(ascii: "_") }
  }
}

extension UInt8 {
  var isASCIIAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      false
    }
  }
}
