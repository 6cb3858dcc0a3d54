import Console
import MeshModel
import MeshPicture

/// Parts of what `weir describe` writes.
enum Description {
  /// Lines under a heading; nothing where there are none.
  static func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", "\(title):"] + lines.map { "  \($0)" }
  }

  static func lines(_ service: ServicePicture) -> [String] {
    let subsets = service.subsets.map { "\($0.name)  \($0.ready) ready  \($0.labels.terms)" }
    let name = service.virtualService?.description ?? "none"
    return [
      "Host:            \(service.host)", "Port:            \(service.port)",
      "VirtualService:  \(name)",
      "Calls:           \(Figures.rate(service.callsPerSecond)) a second, "
        + "\(Figures.percent(service.errorShare)) % failed",
    ] + section("Subsets", subsets) + ["", "Rules:"] + rules(service)
  }

  /// Each rule with what it asks for and what came of it.
  static func rules(_ service: ServicePicture) -> [String] {
    service.rules.enumerated().flatMap { index, rule -> [String] in
      let name = rule.route.name.map { " (\($0))" } ?? ""
      let head = "  rule \(index + 1)\(name)  \(rule.route.summary)"
      let findings = rule.findings.map { "         \($0.severity.rawValue): \($0.message)" }
      let notes = rule.notes.map { note in
        "         \(note.profile) (\(counted(note.clients, "client"))): \(note.message)"
      }
      return [head] + split(rule.ratio).map { "         \($0)" } + findings + notes
    }
  }

  private static func split(_ ratio: RatioPicture) -> [String] {
    let rows = ratio.rows.map { row -> String in
      let want = row.want.map { "want \(Figures.percent($0))" } ?? "not asked for"
      guard row.got != nil else { return "\(row.label)  \(want)  got -" }
      return "\(row.label)  \(want)  got \(Figures.percent(row.got)) "
        + "[\(Figures.percent(row.low)), \(Figures.percent(row.high))]"
    }
    let evidence = ratio.eValue.map { "  e-value \(Figures.evidence($0))" } ?? ""
    return rows + ["\(ratio.verdict.rawValue)  n=\(ratio.n)  failed \(ratio.failed)\(evidence)"]
  }

  /// How a client stands to the newest revision, in a line.
  static func standing(_ client: ClientPicture) -> String {
    let held = client.ackedRevision.map { "revision \($0)" } ?? "nothing"
    let message = client.nackMessage.isEmpty ? "" : ": \(client.nackMessage)"
    return "\(client.name)  \(client.profile)  \(client.state.word)  has \(held)\(message)"
  }

  static func lines(_ client: ClientPicture) -> [String] {
    let types = client.types.map { type -> String in
      let held = type.ackedRevision.map { "revision \($0)" } ?? "-"
      let state = type.isNacked ? "NACK" : type.isPending ? "wait" : "ACK"
      let names = type.subscribed.map { counted($0, "name") } ?? "all names"
      return "\(type.type)  \(state)  \(held)  \(names)"
    }
    let clusters = client.clusters.map { "\($0.cluster)  \($0.calls) calls, \($0.failed) failed" }
    return [
      "Name:     \(client.name)", "Node:     \(client.nodeID)",
      "Profile:  \(client.profile), \(client.variant)", "State:    \(standing(client))",
      "Calls:    \(client.calls), \(client.failed) failed, "
        + "\(Figures.rate(client.callsPerSecond)) a second, counted by \(client.source)",
    ] + section("Types", types) + section("Clusters", clusters)
      + section("Without effect", client.notes)
  }

  static func lines(_ endpoint: EndpointPicture) -> [String] {
    let report = EndpointReport(endpoint)
    var lines = [
      "Name:     \(endpoint.id)", "Host:     \(endpoint.host?.description ?? "-")",
      "Address:  \(endpoint.address)", "Version:  \(endpoint.workloadVersion)",
      "Subsets:  \(endpoint.subsets.joined(separator: ", "))", "State:    \(report.state)",
      "Calls:    \(endpoint.calls), \(endpoint.failed) failed, "
        + "\(Figures.rate(endpoint.callsPerSecond)) a second",
    ]
    if let process = endpoint.process {
      let number = process.processID.map { "\($0)" } ?? "none"
      let ending = process.exitReason.isEmpty ? "" : ", last \(process.exitReason)"
      lines.append("Process:  \(number), \(counted(process.restarts, "restart"))\(ending)")
    }
    return lines
  }
}
