import Console
import MeshModel
import MeshPicture

extension Listing {
  init(servicesOf picture: MeshPicture) {
    titles = ["NAME", "PORT", "VIRTUALSERVICE", "RULES", "SUBSETS"]
    wideTitles = ["RPS", "ERR%", "P99", "HOST"]
    revision = picture.revision.number
    items = picture.services.map { service in
      let report = ServiceReport(service)
      return ListedItem(
        name: service.host.shortest,
        resource: "service",
        cells: [
          service.host.shortest, "\(service.port)", service.virtualService?.short ?? "",
          "\(service.rules.count)", service.subsets.map(\.name).joined(separator: ","),
        ],
        wideCells: [
          Figures.rate(service.callsPerSecond), Figures.percent(service.errorShare),
          service.latencyP99.map { Figures.duration(microseconds: $0) } ?? "",
          service.host.description,
        ],
        json: { try encoded(report) }
      )
    }
  }

  init(endpointsOf picture: MeshPicture) {
    titles = ["NAME", "ADDRESS", "VERSION", "SUBSETS", "STATE"]
    wideTitles = ["RPS", "CALLS", "FAILED", "WEIGHT", "PID", "RESTARTS"]
    revision = picture.revision.number
    items = picture.endpoints.map { endpoint in
      let report = EndpointReport(endpoint)
      return ListedItem(
        name: endpoint.id,
        resource: "endpoint",
        cells: [
          endpoint.id, endpoint.address, endpoint.workloadVersion,
          endpoint.subsets.joined(separator: ","), report.state,
        ],
        wideCells: [
          Figures.rate(endpoint.callsPerSecond), "\(endpoint.calls)", "\(endpoint.failed)",
          "\(endpoint.weight)", endpoint.process?.processID.map { "\($0)" } ?? "",
          endpoint.process.map { "\($0.restarts)" } ?? "",
        ],
        json: { try encoded(report) }
      )
    }
  }

  init(clientsOf picture: MeshPicture) {
    titles = ["NAME", "PROFILE", "STATE", "SENT", "ACKED", "LAG", "TYPES"]
    wideTitles = ["VARIANT", "RPS", "CALLS", "FAILED", "SOURCE", "NODE", "MESSAGE"]
    revision = picture.revision.number
    items = picture.clients.map { client in
      let report = ClientReport(client)
      return ListedItem(
        name: client.name,
        resource: "client",
        cells: [
          client.name, client.profile, client.state.word,
          client.sentRevision.map { "\($0)" } ?? "", client.ackedRevision.map { "\($0)" } ?? "",
          client.ackMicroseconds.map { Figures.duration(microseconds: $0) } ?? "",
          client.types.map(\.type).joined(separator: ","),
        ],
        wideCells: [
          client.variant, Figures.rate(client.callsPerSecond), "\(client.calls)",
          "\(client.failed)", client.source, client.nodeID, client.nackMessage,
        ],
        json: { try encoded(report) }
      )
    }
  }

  init(_ revisions: [RevisionSummary]) {
    let table = TextTable.revisions(revisions)
    titles = table.titles
    wideTitles = []
    revision = revisions.first?.number ?? 0
    items = zip(revisions, table.rows).map { summary, cells in
      ListedItem(
        name: "\(summary.number)",
        resource: "revision",
        cells: cells,
        wideCells: [],
        json: { try encoded(RevisionReport(summary)) }
      )
    }
  }
}

extension HostName {
  /// The shortest name that a client of namespace `default` may dial: `greeter`, or `greeter.prod`.
  var shortest: String {
    let aliases = aliases
    guard aliases.count == 5 else { return description }
    return aliases[3].hasSuffix(".default") ? aliases[4] : aliases[3]
  }
}

extension ClientPicture.State {
  /// As the console writes it.
  var word: String {
    switch self {
    case .acked: "ACK"
    case .nacked: "NACK"
    case .waiting: "wait"
    case .stale: "STALE"
    case .disconnected: "gone"
    }
  }
}
