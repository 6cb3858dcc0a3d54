extension CORSPolicy {
  private static let methods: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*",
  ]

  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    var problems: [FieldProblem] = []
    for (index, origin) in allowOrigins.enumerated() {
      problems += CORSPolicy.problems(of: origin).under("allowOrigins[\(index)]")
    }
    for (index, method) in allowMethods.enumerated() where !CORSPolicy.methods.contains(method) {
      problems.append(
        .error(
          .corsInvalid,
          at: "allowMethods[\(index)]",
          "\"\(method)\" is no HTTP method; want one such as GET or POST, in upper case",
          fix: "write a method of HTTP"
        )
      )
    }
    problems += CORSPolicy.problems(ofNames: allowHeaders, at: "allowHeaders")
    problems += CORSPolicy.problems(ofNames: exposeHeaders, at: "exposeHeaders")
    return problems + ageProblems
  }

  private var ageProblems: [FieldProblem] {
    guard let maxAge else { return [] }
    let problems = maxAge.problems(of: "maxAge", at: "maxAge", allowsZero: true)
    guard problems.isEmpty, maxAge.components.attoseconds != 0 else { return problems }
    return [
      .error(
        .durationInvalid,
        at: "maxAge",
        "maxAge is \(maxAge.shown), and browsers are told whole seconds; want one such as 24h",
        fix: "round maxAge to seconds"
      )
    ]
  }

  private static func problems(of origin: StringMatch) -> [FieldProblem] {
    guard origin != .present else {
      return [
        .error(
          .corsInvalid,
          "an origin is empty; want exact, prefix or regex",
          fix: "give the origin, or * for all of them"
        )
      ]
    }
    return origin.problems(on: "the origin", alternative: "exact *", RegexTable([]))
  }

  private static func problems(ofNames names: [String], at path: String) -> [FieldProblem] {
    names.enumerated().compactMap { index, name in
      guard name != "*", !NameRules.isHeaderName(name) else { return nil }
      return .error(
        .corsInvalid,
        at: "\(path)[\(index)]",
        "\"\(name)\" is no header's name; want letters, digits and -, or *",
        fix: "correct the header's name"
      )
    }
  }
}
