extension LocalityLoadBalancing {
  /// Labels that say where a workload runs, which `failover` goes by already.
  private static let topology: Set<String> = [
    "topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone",
  ]

  /// What is wrong with it by itself.
  func problems(hasOutlierDetection: Bool) -> [FieldProblem] {
    var problems = conflicts + distributeProblems + failoverProblems
    for (index, label) in failoverPriority.enumerated() where !label.isPriority {
      problems.append(
        invalid(
          at: "failoverPriority[\(index)]",
          "\"\(label)\" is no label; want name or name=value",
          fix: "write a label's name"
        )
      )
    }
    let failsOver = !failover.isEmpty || !failoverPriority.isEmpty
    if failsOver, !hasOutlierDetection {
      problems.append(
        .warning(
          .localityIneffective,
          at: failover.isEmpty ? "failoverPriority" : "failover",
          "without outlierDetection workloads that fail are never left for those elsewhere; "
            + "want an outlierDetection beside the loadBalancer",
          fix: "add outlierDetection"
        )
      )
    }
    return problems
  }

  private var conflicts: [FieldProblem] {
    if !distribute.isEmpty, !failover.isEmpty {
      return [
        invalid(
          at: "failover",
          "distribute and failover can't both hold; want one of them",
          fix: "remove distribute or failover"
        )
      ]
    }
    let repeated = failoverPriority.first { LocalityLoadBalancing.topology.contains($0) }
    guard let repeated, !failover.isEmpty else { return [] }
    return [
      invalid(
        at: "failoverPriority",
        "failoverPriority has \(repeated), which failover goes by already; want one of them",
        fix: "remove \(repeated) or failover"
      )
    ]
  }

  // MARK: Distribute

  private var distributeProblems: [FieldProblem] {
    var problems = overlaps(distribute.map(\.from)) { "distribute[\($0)].from" }
    for (index, distribution) in distribute.enumerated() {
      problems += self.problems(of: distribution).under("distribute[\(index)]")
    }
    return problems
  }

  private func problems(of distribution: Distribution) -> [FieldProblem] {
    let sum = distribution.to.reduce(UInt64(0)) { $0 + UInt64($1.percent) }
    var problems = overlaps(distribution.to.map(\.locality)) {
      "to[\(distribution.to[$0].locality)]"
    }
    if let nothing = distribution.to.first(where: { $0.percent == 0 }) {
      problems.append(
        invalid(
          at: "to[\(nothing.locality)]",
          "the share of \(nothing.locality) is 0; want 1 to 100, or no entry",
          fix: "remove the entry"
        )
      )
    }
    guard sum != 100 else { return problems }
    return problems + [
      invalid(
        at: "to",
        "the shares of calls from \(distribution.from) sum up to \(sum); want 100",
        fix: "make the shares sum up to 100"
      )
    ]
  }

  /// What is wrong with localities of one list, of which no two may mean the same place.
  private func overlaps(_ localities: [String], path: (Int) -> String) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for (index, locality) in localities.enumerated() {
      if !locality.isLocality {
        problems.append(
          invalid(
            at: path(index),
            "\"\(locality)\" is no locality; want region/zone/subzone, with * at the end only",
            fix: "write a locality such as region/zone/*"
          )
        )
      } else if let other = localities[..<index].first(where: { $0.overlaps(locality) }) {
        problems.append(
          invalid(
            at: path(index),
            "\(locality) and \(other) have places in common; want each place once",
            fix: "remove \(locality) or \(other)"
          )
        )
      }
    }
    return problems
  }

  // MARK: Failover

  private var failoverProblems: [FieldProblem] {
    failover.enumerated().compactMap { index, failover in
      for (field, region) in [("from", failover.from), ("to", failover.to)]
      where region.isEmpty || region.contains("/") || region.contains("*") {
        return invalid(
          at: "failover[\(index)].\(field)",
          "\"\(region)\" is no region; want a region's name alone",
          fix: "write a region"
        )
      }
      guard failover.from == failover.to else { return nil }
      return invalid(
        at: "failover[\(index)].to",
        "failover goes from \(failover.from) to itself; want another region",
        fix: "set another region"
      )
    }
  }

  private func invalid(at path: String, _ message: String, fix: String) -> FieldProblem {
    .error(.localityInvalid, at: path, message, fix: fix)
  }
}

extension String {
  /// `region`, `region/zone` or `region/zone/subzone`, the last part perhaps `*`.
  fileprivate var isLocality: Bool {
    let parts = split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 3 && parts.allSatisfy { !$0.isEmpty }
      && parts.dropLast().allSatisfy { !$0.contains("*") }
      && parts.last.map { $0 == "*" || !$0.contains("*") } ?? false
  }

  /// Whether some place is in both localities.
  fileprivate func overlaps(_ other: String) -> Bool {
    let (own, theirs) = (split(separator: "/"), other.split(separator: "/"))
    for (part, their) in zip(own, theirs) where part != their { return part == "*" || their == "*" }
    return true
  }

  fileprivate var isPriority: Bool {
    let parts = split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return NameRules.isLabelName(String(parts[0]))
      && (parts.count < 2 || NameRules.isLabelValue(String(parts[1])))
  }
}
