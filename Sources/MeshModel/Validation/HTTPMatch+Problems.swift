extension HTTPMatch {
  /// What is wrong with it, whatever stands around it.
  func problems(_ regexes: RegexTable) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for (name, condition) in [
      ("uri", uri), ("method", method), ("scheme", scheme), ("authority", authority),
    ] {
      guard let condition else { continue }
      problems += condition.problems(ofPart: name, regexes).under(name)
    }
    for header in headers { problems += header.problems(under: "headers", regexes) }
    for header in withoutHeaders { problems += header.problems(under: "withoutHeaders", regexes) }
    for parameter in queryParameters { problems += parameter.parameterProblems(regexes) }
    return problems + namesTwice + ignoreCaseProblems + callerProblems
  }

  /// Istio's files hold one condition a name, so a second one could never be stored.
  private var namesTwice: [FieldProblem] {
    let lists = [
      ("headers", headers), ("withoutHeaders", withoutHeaders), ("queryParams", queryParameters),
    ]
    return lists.flatMap { field, conditions -> [FieldProblem] in
      var names: Set<String> = []
      return conditions.filter { !names.insert($0.name).inserted }.map { condition in
        .error(
          .matchMalformed,
          at: "\(field)[\(condition.name)]",
          "\(condition.name) has two conditions; want one a name",
          fix: "join them into one regex"
        )
      }
    }
  }

  private var ignoreCaseProblems: [FieldProblem] {
    guard ignoreURICase else { return [] }
    let found: String
    switch uri {
    case .exact, .prefix, .present: return []
    case .regex: found = "makes no difference to a regular expression"
    case nil: found = "stands without a uri to compare"
    }
    return [
      .warning(
        .ignoreCaseIneffective,
        at: "ignoreUriCase",
        "ignoreUriCase \(found); want an exact or prefix uri with it",
        fix: uri == nil ? "remove ignoreUriCase" : "write (?i) at the beginning of the regex"
      )
    ]
  }

  /// What the control plane holds against the caller, and the port that it dials.
  private var callerProblems: [FieldProblem] {
    var problems = sourceLabels.labelProblems.under("sourceLabels")
    if port == 0 {
      problems.append(
        .error(.portInvalid, at: "port", "the port is 0; want 1 to 65535", fix: "set a port")
      )
    }
    if let sourceNamespace, !NameRules.isDNSLabel(sourceNamespace) {
      problems.append(
        .error(
          .namespaceInvalid,
          at: "sourceNamespace",
          "\"\(sourceNamespace)\" is no namespace; want lower-case letters, digits and -",
          fix: "write the namespace's name"
        )
      )
    }
    return problems + gateways.gatewayProblems.under("gateways")
  }
}

extension StringMatch {
  /// What is wrong with it on a part that every call has.
  fileprivate func problems(ofPart part: String, _ regexes: RegexTable) -> [FieldProblem] {
    guard self != .present else {
      return [
        .error(
          .matchEmpty,
          "\(part) is wanted with any value, which says nothing; want a value, or no \(part)",
          fix: "remove \(part), or give it exact, prefix or regex"
        )
      ]
    }
    return problems(on: part, alternative: "no \(part)", regexes)
  }

  /// What is wrong with its value; `alternative` is what to write for any value.
  func problems(
    on part: String,
    alternative: String,
    _ regexes: RegexTable
  ) -> [FieldProblem] {
    let (kind, field, value): (String, String, String)
    switch self {
    case .exact(let text): (kind, field, value) = ("value", "exact", text)
    case .prefix(let text): (kind, field, value) = ("prefix", "prefix", text)
    case .regex(let text): (kind, field, value) = ("regex", "regex", text)
    case .present: return []
    }
    if value.isEmpty {
      return [
        .error(
          .matchEmpty,
          at: field,
          "\(part) is matched with an empty \(kind); want one, or \(alternative) alone",
          fix: "give the \(kind), or write \(alternative) alone"
        )
      ]
    }
    guard case .regex = self, case .failure(let error) = regexes.pattern(value) else { return [] }
    return [
      .error(
        .regexInvalid,
        at: field,
        "\(part): \(error.message)",
        fix: "correct the regex; its syntax is RE2's"
      )
    ]
  }
}

extension HeaderMatch {
  fileprivate func problems(under field: String, _ regexes: RegexTable) -> [FieldProblem] {
    let values = match.problems(on: "header \(name)", alternative: name, regexes)
    guard let nameProblem else { return values.under("\(field)[\(name)]") }
    return ([nameProblem] + values).under("\(field)[\(name)]")
  }

  fileprivate func parameterProblems(_ regexes: RegexTable) -> [FieldProblem] {
    guard !name.isEmpty else {
      return [
        .error(
          .matchEmpty,
          at: "queryParams",
          "a query parameter has no name; want one",
          fix: "name the parameter"
        )
      ]
    }
    return match.problems(on: "query parameter \(name)", alternative: "?\(name)", regexes)
      .under("queryParams[\(name)]")
  }

  private var nameProblem: FieldProblem? {
    switch HeaderMatch.nameProblem(name) {
    case .upperCase:
      .warning(
        .headerNameUpperCase,
        "header \(name) has upper-case letters, which gRPC never matches as it carries "
          + "lower-case names only; want \(name.lowercased())",
        fix: "write \(name.lowercased())"
      )
    case .claim:
      .warning(
        .claimNotApplied,
        "\(name) is a claim of a JWT, which nothing here reads, so it is never there; "
          + "want a header of the call",
        fix: "match a header instead"
      )
    case .invalid:
      .error(
        .headerNameInvalid,
        "\"\(name)\" is no header that a gRPC call can carry; "
          + "want letters, digits, - _ and .",
        fix: name.hasPrefix(":")
          ? "use uri, method, authority or scheme instead" : "correct the header's name"
      )
    case nil:
      nil
    }
  }
}

extension [String] {
  /// What is wrong with it as a list of gateways.
  var gatewayProblems: [FieldProblem] {
    enumerated().compactMap { index, name in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      let isRight =
        parts.count == 2
        ? parts.allSatisfy(NameRules.isDNSLabel)
        : HostName.problem(with: name, allowsWildcard: false) == nil
      guard !isRight else { return nil }
      return .error(
        .gatewayInvalid,
        at: "[\(index)]",
        "\"\(name)\" is no gateway; want mesh, or a name such as namespace/gateway",
        fix: "write mesh, or namespace/name of a gateway"
      )
    }
  }
}
