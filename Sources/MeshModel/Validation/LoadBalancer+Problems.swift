extension LoadBalancer {
  /// What is wrong with it by itself.
  func problems(hasOutlierDetection: Bool) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if case .consistentHash(let hash) = algorithm {
      problems += hash.problems.under("consistentHash")
    }
    problems += (locality?.problems(hasOutlierDetection: hasOutlierDetection) ?? [])
      .under("localityLbSetting")
    return problems + (warmup?.problems ?? [])
  }
}

extension ConsistentHash {
  /// Above it Envoy refuses a ring.
  private static let largestRing: UInt64 = 8_388_608
  /// Above it Envoy refuses a table; the number itself is a prime.
  private static let largestTable: UInt64 = 5_000_011

  fileprivate var problems: [FieldProblem] {
    keyProblems + tableProblems
  }

  private var keyProblems: [FieldProblem] {
    switch key {
    case .sourceIP:
      return []
    case .header(let name):
      guard !NameRules.isHeaderName(name) else { return [] }
      return [invalid(at: "httpHeaderName", "\"\(name)\" is no header's name; want one", "header")]
    case .queryParameter(let name):
      guard name.isEmpty else { return [] }
      return [
        invalid(at: "httpQueryParameterName", "the query parameter has no name; want one", "name")
      ]
    case .cookie(let cookie):
      let ttl = cookie.ttl?.problems(of: "ttl", at: "httpCookie.ttl", allowsZero: true) ?? []
      guard cookie.name.isEmpty else { return ttl }
      return ttl + [
        invalid(at: "httpCookie.name", "the cookie has no name; want one", "name")
      ]
    }
  }

  private func invalid(at path: String, _ message: String, _ what: String) -> FieldProblem {
    .error(.consistentHashInvalid, at: path, message, fix: "give the \(what) to hash by")
  }

  private var tableProblems: [FieldProblem] {
    switch table {
    case .ring(let size?) where size > ConsistentHash.largestRing:
      return [
        .error(
          .consistentHashInvalid,
          at: "ringHash.minimumRingSize",
          "minimumRingSize is \(size); want \(ConsistentHash.largestRing) at most",
          fix: "lower minimumRingSize"
        )
      ]
    case .maglev(let size?) where size > ConsistentHash.largestTable || !size.isPrime:
      return [
        .error(
          .consistentHashInvalid,
          at: "maglev.tableSize",
          "tableSize is \(size); want a prime number up to \(ConsistentHash.largestTable)",
          fix: "set a prime such as 65537"
        )
      ]
    case .ring, .maglev, nil:
      return []
    }
  }
}

extension UInt64 {
  /// At most some thousand divisions for the sizes that are allowed.
  fileprivate var isPrime: Bool {
    guard self > 3 else { return self > 1 }
    var divisor: UInt64 = 2
    while divisor * divisor <= self {
      if self % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }
}

extension Warmup {
  fileprivate var problems: [FieldProblem] {
    let path = isOldForm ? "warmupDurationSecs" : "warmup"
    var problems = duration.problems(
      of: isOldForm ? path : "duration",
      at: isOldForm ? path : "\(path).duration"
    )
    if let minimumPercent, !(0...100).contains(minimumPercent) {
      problems.append(
        .error(
          .warmupInvalid,
          at: "\(path).minimumPercent",
          "minimumPercent is \(minimumPercent); want 0 to 100",
          fix: "set a percentage from 0 to 100"
        )
      )
    }
    if let aggression, !(aggression >= 1) {
      problems.append(
        .error(
          .warmupInvalid,
          at: "\(path).aggression",
          "aggression is \(aggression); want 1 or more",
          fix: "set 1 or more"
        )
      )
    }
    return problems
  }
}
