extension TrafficPolicy {
  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    if settings.isEmpty, ports.isEmpty, kept.isEmpty {
      return [
        .error(
          .trafficPolicyInvalid,
          "the trafficPolicy is empty; want one setting at least",
          fix: "remove trafficPolicy, or add a setting"
        )
      ]
    }
    var problems = settings.problems
    var seen: Set<UInt16> = []
    for (index, port) in ports.enumerated() {
      let isFirst = seen.insert(port.number).inserted
      problems += port.problems(isFirst: isFirst).under("portLevelSettings[\(index)]")
    }
    return problems
  }
}

extension TrafficPolicy.Port {
  fileprivate func problems(isFirst: Bool) -> [FieldProblem] {
    var problems = settings.problems
    if number == 0 {
      problems.append(
        .error(.portInvalid, at: "port.number", "the port is 0; want 1 to 65535", fix: "set a port")
      )
    } else if !isFirst {
      problems.append(
        .error(
          .portDuplicate,
          at: "port.number",
          "portLevelSettings has port \(number) twice; want each port once",
          fix: "merge the settings of port \(number)"
        )
      )
    }
    if settings.isEmpty {
      problems.append(
        .error(
          .trafficPolicyInvalid,
          "the settings of port \(number) are empty; want one at least",
          fix: "remove the port, or add a setting"
        )
      )
    }
    return problems
  }
}

extension TrafficPolicy.Settings {
  fileprivate var isEmpty: Bool {
    loadBalancer == nil && connectionPool == nil && outlierDetection == nil && tls == nil
  }

  fileprivate var problems: [FieldProblem] {
    let hasOutliers = outlierDetection != nil
    let balancing = loadBalancer?.problems(hasOutlierDetection: hasOutliers) ?? []
    return balancing.under("loadBalancer")
      + (connectionPool?.problems ?? []).under("connectionPool")
      + (outlierDetection?.problems ?? []).under("outlierDetection")
      + (tls?.problems ?? []).under("tls")
  }
}

extension ConnectionPool {
  fileprivate var problems: [FieldProblem] {
    guard tcp != nil || http != nil else {
      return [
        .error(
          .connectionPoolInvalid,
          "the connectionPool is empty; want tcp or http",
          fix: "remove connectionPool, or add tcp or http"
        )
      ]
    }
    return (tcp?.problems ?? []).under("tcp") + (http?.problems ?? []).under("http")
  }
}

extension ConnectionPool.TCP {
  fileprivate var problems: [FieldProblem] {
    var problems = connectTimeout?.problems(of: "connectTimeout", at: "connectTimeout") ?? []
    for (name, value) in [
      ("maxConnectionDuration", maxConnectionDuration), ("idleTimeout", idleTimeout),
    ] {
      problems += value?.problems(of: name, at: name, allowsZero: name == "idleTimeout") ?? []
    }
    for (name, value) in [("time", keepalive?.time), ("interval", keepalive?.interval)] {
      problems += (value?.problems(of: name, at: name) ?? []).under("tcpKeepalive")
    }
    return problems
  }
}

extension ConnectionPool.HTTP {
  fileprivate var problems: [FieldProblem] {
    let timeout = idleTimeout?.problems(of: "idleTimeout", at: "idleTimeout", allowsZero: true)
    guard upgradePolicy == .upgrade, useClientProtocol == true else { return timeout ?? [] }
    return (timeout ?? []) + [
      .error(
        .connectionPoolInvalid,
        at: "useClientProtocol",
        "useClientProtocol keeps the caller's protocol and h2UpgradePolicy UPGRADE changes it; "
          + "want one of them",
        fix: "remove useClientProtocol or h2UpgradePolicy"
      )
    ]
  }
}

extension OutlierDetection {
  fileprivate var problems: [FieldProblem] {
    var problems = interval?.problems(of: "interval", at: "interval") ?? []
    problems += baseEjectionTime?.problems(of: "baseEjectionTime", at: "baseEjectionTime") ?? []
    for (name, percent) in [
      ("maxEjectionPercent", maxEjectionPercent), ("minHealthPercent", minHealthPercent),
    ] {
      guard let percent, percent > 100 else { continue }
      problems.append(
        .error(
          .outlierDetectionInvalid,
          at: name,
          "\(name) is \(percent); want 0 to 100",
          fix: "set a percentage from 0 to 100"
        )
      )
    }
    let countsLocal = (consecutiveLocalOriginFailures ?? 0) > 0
    guard countsLocal, splitExternalLocalOriginErrors != true else { return problems }
    return problems + [
      .error(
        .outlierDetectionInvalid,
        at: "consecutiveLocalOriginFailures",
        "consecutiveLocalOriginFailures counts only where splitExternalLocalOriginErrors is true; "
          + "want both, or neither",
        fix: "set splitExternalLocalOriginErrors: true"
      )
    ]
  }
}
