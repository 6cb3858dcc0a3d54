extension ServiceEntry {
  /// Istio's words for what is spoken on a port, in upper case.
  private static let protocols: Set<String> = [
    "HTTP", "HTTPS", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB", "MONGO", "MYSQL", "REDIS", "TCP",
    "TLS", "UDP", "HBONE", "DOUBLE_HBONE",
  ]

  /// What is wrong with it by itself, but for its hosts and endpoints.
  var problems: [FieldProblem] {
    var problems: [FieldProblem] = []
    if hosts.isEmpty {
      problems.append(
        .error(.hostsMissing, at: "hosts", "it has no host; want one at least", fix: "add a host")
      )
    }
    if ports.isEmpty {
      problems.append(
        .error(.portInvalid, at: "ports", "it has no port; want one at least", fix: "add a port")
      )
    }
    problems += portProblems
    if let workloadSelector {
      problems += workloadSelector.labelProblems.under("workloadSelector.labels")
      if workloadSelector.isEmpty { problems.append(selectsEverything) }
    }
    for (index, endpoint) in endpoints.enumerated() {
      problems += endpoint.problems.under("endpoints[\(index)]")
    }
    return problems
  }

  private var selectsEverything: FieldProblem {
    .warning(
      .selectorEmpty,
      at: "workloadSelector",
      "the workloadSelector has no labels, so it takes every WorkloadEntry of namespace "
        + "\(name.namespace); want labels",
      fix: "give workloadSelector labels"
    )
  }

  private var portProblems: [FieldProblem] {
    var problems: [FieldProblem] = []
    var numbers: Set<UInt16> = []
    var names: Set<String> = []
    for (index, port) in ports.enumerated() {
      var found = port.problems
      if !numbers.insert(port.number).inserted {
        found.append(
          .error(
            .portInvalid,
            at: "number",
            "port \(port.number) is listed twice; want each number once",
            fix: "remove one of them"
          )
        )
      }
      if !names.insert(port.name).inserted {
        found.append(
          .error(
            .portInvalid,
            at: "name",
            "two ports are named \"\(port.name)\"; want each name once",
            fix: "rename one of them"
          )
        )
      }
      problems += found.under("ports[\(index)]")
    }
    return problems
  }

  /// Whether Istio knows what is spoken there.
  static func isProtocol(_ name: String) -> Bool {
    name.isEmpty || protocols.contains(name.uppercased())
  }
}

extension ServiceEntry.Port {
  fileprivate var problems: [FieldProblem] {
    var problems: [FieldProblem] = []
    for (field, number) in [("number", number), ("targetPort", targetPort)] where number == 0 {
      problems.append(
        .error(.portInvalid, at: field, "\(field) is 0; want 1 to 65535", fix: "set a port")
      )
    }
    if !NameRules.isDNSLabel(name) {
      problems.append(
        .error(
          .portInvalid,
          at: "name",
          "\"\(name)\" is no name of a port; want lower-case letters, digits and -",
          fix: "rename the port"
        )
      )
    }
    if !ServiceEntry.isProtocol(protocolName) {
      problems.append(
        .error(
          .portInvalid,
          at: "protocol",
          "\"\(protocolName)\" is no protocol of Istio's; want one such as GRPC, HTTP2 or HTTP",
          fix: "set GRPC"
        )
      )
    }
    return problems
  }
}

extension WorkloadEntry.Endpoint {
  /// What is wrong with it by itself, but for its address.
  var problems: [FieldProblem] {
    let zeros = ports.filter { $0.value == 0 }.keys.sorted().map { name -> FieldProblem in
      .error(
        .portInvalid,
        at: "ports[\(name)]",
        "port \"\(name)\" is 0; want 1 to 65535",
        fix: "set the port"
      )
    }
    return zeros + labels.labelProblems.under("labels")
  }
}
