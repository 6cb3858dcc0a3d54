extension Duration {
  /// What is wrong with it as a setting, which clients are told in milliseconds.
  ///
  /// `what` is the setting's name, for the sentence; with `allowsZero`, 0 means something, such as no
  /// limit.
  func problems(of what: String, at path: String, allowsZero: Bool = false) -> [FieldProblem] {
    if self == .zero, allowsZero { return [] }
    if self < .milliseconds(1) {
      return [
        .error(
          .durationInvalid,
          at: path,
          "\(what) is \(shown); want \(allowsZero ? "0s, or " : "")1ms or more",
          fix: "set \(what) to 1ms or more"
        )
      ]
    }
    guard components.attoseconds % 1_000_000_000_000_000 != 0 else { return [] }
    return [
      .error(
        .durationInvalid,
        at: path,
        "\(what) is \(shown), finer than a millisecond; want whole milliseconds",
        fix: "round \(what) to milliseconds"
      )
    ]
  }

  /// Seconds with as many decimals as it takes, such as `1.5s` or `-0.000001s`.
  var shown: String {
    let (seconds, attoseconds) = components
    let sign = self < .zero ? "-" : ""
    guard attoseconds != 0 else { return "\(sign)\(seconds.magnitude)s" }
    var digits = String(attoseconds.magnitude)
    digits = String(repeating: "0", count: 18 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(sign)\(seconds.magnitude).\(digits)s"
  }
}
