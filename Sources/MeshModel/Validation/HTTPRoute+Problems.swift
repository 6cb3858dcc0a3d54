extension HTTPRoute {
  /// What is wrong with it by itself; `isInDelegate` where its VirtualService has no hosts.
  func problems(_ regexes: RegexTable, isInDelegate: Bool) -> [FieldProblem] {
    var problems = targetProblems(isInDelegate: isInDelegate)
    for (index, match) in matches.enumerated() {
      problems += match.problems(regexes).under("match[\(index)]")
      if match.isEmpty, matches.count > 1 { problems.append(emptyAlternative(at: index)) }
    }
    problems += weightProblems
    problems += headers.problems.under("headers")
    for (index, destination) in destinations.enumerated() where !destination.headers.isEmpty {
      problems += destination.headers.problems.under("route[\(index)].headers")
    }
    problems += timeout?.problems(of: "timeout", at: "timeout", allowsZero: true) ?? []
    problems += retries?.problems.under("retries") ?? []
    problems += rewrite?.problems.under("rewrite") ?? []
    problems += fault?.problems.under("fault") ?? []
    problems += cors?.problems.under("corsPolicy") ?? []
    switch answer {
    case .redirect(let redirect): problems += redirect.problems.under("redirect")
    case .direct(let response): problems += response.problems.under("directResponse")
    case nil: break
    }
    return problems + combinationProblems
  }

  private func emptyAlternative(at index: Int) -> FieldProblem {
    .warning(
      .matchEmpty,
      at: "match[\(index)]",
      "alternative \(index + 1) of the match has no condition, so the others make no "
        + "difference; want a condition such as user=admin, or no alternatives",
      fix: "give it a condition, or remove the others"
    )
  }

  // MARK: Where the calls go

  /// A rule sends calls, answers them or delegates them: one of the three.
  private func targetProblems(isInDelegate: Bool) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if delegate != nil {
      if isInDelegate { problems.append(delegatesAgain) }
      if !destinations.isEmpty { problems.append(conflict("delegate", "route")) }
      if let answer { problems.append(conflict("delegate", answer.field)) }
      return problems
    }
    if let answer {
      if !destinations.isEmpty { problems.append(conflict(answer.field, "route")) }
      if fault != nil { problems.append(conflict(answer.field, "fault")) }
      if rewrite != nil { problems.append(conflict(answer.field, "rewrite")) }
      return problems
    }
    guard destinations.isEmpty else { return problems }
    return [
      .error(
        .destinationsMissing,
        "it has no destination; want one at least",
        fix: "add a route with a destination"
      )
    ]
  }

  private func conflict(_ field: String, _ other: String) -> FieldProblem {
    .error(
      .actionConflict,
      at: other,
      "it has both \(field) and \(other); want one of them",
      fix: "remove \(field) or \(other)"
    )
  }

  private var delegatesAgain: FieldProblem {
    .error(
      .delegateInvalid,
      at: "delegate",
      "a rule of a VirtualService without hosts, which others delegate to, delegates again; "
        + "want a route",
      fix: "replace delegate by a route"
    )
  }

  // MARK: Weights

  private var weightProblems: [FieldProblem] {
    guard destinations.count > 1 else {
      guard let only = destinations.first, only.weight == .zero else { return [] }
      return [
        .warning(
          .weightIneffective,
          at: "route[0].weight",
          "the weight of \(only.label) is 0, but as the only destination it gets every call; "
            + "want no weight, or a second destination",
          fix: "remove the weight"
        )
      ]
    }
    do throws(MeshConfigError) {
      _ = try checkedSum(destinations.map(\.weight))
      return []
    } catch {
      return [
        .error(
          error.code,
          at: "route",
          error.message,
          fix: error.code == .weightsAllZero
            ? "give one destination a weight above 0" : "divide all weights by the same number"
        )
      ]
    }
  }

  // MARK: Settings together

  private var combinationProblems: [FieldProblem] {
    var problems: [FieldProblem] = []
    if let timeout, timeout > .zero, let retries, let each = retries.perTryTimeout,
      retries.attempts > 0, timeout / Int(retries.attempts) < each
    {
      problems.append(
        .warning(
          .timeoutTooShort,
          at: "timeout",
          "timeout \(timeout.shown) ends the call before \(retries.attempts) retries of "
            + "\(each.shown) each can be made; want more, or fewer retries",
          fix: "raise timeout, or lower attempts or perTryTimeout"
        )
      )
    }
    if let authority = rewrite?.authority, !authority.isEmpty,
      (headers.request.set + headers.request.add).contains(where: { $0.isAuthority })
    {
      problems.append(
        .error(
          .headerChangeInvalid,
          at: "rewrite.authority",
          "both rewrite and headers set the authority; want one of them",
          fix: "remove rewrite.authority, or the header"
        )
      )
    }
    return problems + mirrorProblems + everyCallProblems
  }

  private var mirrorProblems: [FieldProblem] {
    mirrors.enumerated().compactMap { index, mirror in
      let target = mirror.destination
      let isItself = destinations.contains {
        $0.host == target.host && $0.subset == target.subset && $0.port == target.port
      }
      guard isItself, destinations.count == 1 else { return nil }
      return .warning(
        .mirrorIneffective,
        at: "mirrors[\(index)].destination",
        "the mirror sends copies to \(target.label), which gets the calls anyway, each one twice; "
          + "want another destination",
        fix: "mirror to another host or subset"
      )
    }
  }

  private var everyCallProblems: [FieldProblem] {
    guard matches.isEmpty || matches.contains(where: \.isEmpty), let fault else { return [] }
    let part: (name: String, does: String)
    if fault.abort?.percentage == .all {
      part = ("abort", "fails")
    } else if fault.delay?.percentage == .all {
      part = ("delay", "is delayed")
    } else {
      return []
    }
    return [
      .warning(
        .faultOnEveryCall,
        at: "fault.\(part.name)",
        "the rule is for any request and its fault for 100 % of them, so every call \(part.does); "
          + "want a smaller percentage, or a match",
        fix: "lower fault.\(part.name).percentage, or give the rule a match"
      )
    ]
  }
}

extension HTTPAnswer {
  /// The field of a rule that holds it.
  fileprivate var field: String {
    switch self {
    case .redirect: "redirect"
    case .direct: "directResponse"
    }
  }
}
