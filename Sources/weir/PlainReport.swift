import FoundationEssentials
import MeshModel
import MeshPicture

/// One second of a mesh as data: a line for people, or a JSON object for scripts.
///
/// The JSON object's shape is described in `docs/cli.md`; ``schemaVersion`` grows when a field
/// changes its meaning or goes away.
struct PlainReport: Encodable {
  struct Rule: Encodable {
    struct Row: Encodable {
      var label: String
      /// Shares from 0 to 1; absent where there is none.
      var want: Double?
      var got: Double?
      var low: Double?
      var high: Double?
      var count: UInt64
    }

    /// From 1.
    var rule: Int
    var match: String
    var n: UInt64
    var failed: UInt64
    var verdict: String
    var eValue: Double?
    var rows: [Row]
  }

  struct Client: Encodable {
    struct Cluster: Encodable {
      var cluster: String
      var calls: UInt64
      var failed: UInt64
    }

    var name: String
    var nodeID: String
    var profile: String
    var variant: String
    var state: String
    var ackedRevision: UInt64?
    var nack: String?
    /// `ALS`, `LRS`, `log` or `none`.
    var source: String
    var calls: UInt64
    var failed: UInt64
    var clusters: [Cluster]
    var notes: [String]
  }

  /// What the report says of one service.
  struct Service: Encodable {
    /// Calls that are known by subset, and not by rule.
    struct Unattributed: Encodable {
      var subset: String
      var calls: UInt64
    }

    /// `host:port`.
    var service: String
    var callsPerSecond: Double
    var errorShare: Double?
    var rules: [Rule]
    var unattributed: [Unattributed]
  }

  struct Workload: Encodable {
    /// Where one port of its service is served.
    struct Port: Encodable {
      /// The service's port.
      var port: UInt16
      var address: String
    }

    var id: String
    var address: String
    /// Absent where its service has only one.
    var ports: [Port]?
    var version: String
    var state: String
    var exitReason: String?
  }

  var schemaVersion = 1
  var revision: UInt64
  /// RFC 3339, UTC, to the millisecond.
  var time: String
  var service: String
  var callsPerSecond: Double
  var errorShare: Double?
  var latencyP50Microseconds: UInt64?
  var latencyP99Microseconds: UInt64?
  var acked: Int
  var nacked: Int
  var connected: Int
  var totalCalls: UInt64
  var rules: [Rule]
  var services: [Service]
  var clients: [Client]
  var workloads: [Workload]

  init(_ picture: MeshPicture) {
    let service = picture.services.first
    revision = picture.revision.number
    time = UTCText.text(of: picture.time)
    self.service = service?.address ?? ""
    callsPerSecond = service?.callsPerSecond ?? 0
    errorShare = service?.errorShare
    latencyP50Microseconds = service?.latencyP50
    latencyP99Microseconds = service?.latencyP99
    acked = picture.revision.acked
    nacked = picture.revision.nacked
    connected = picture.revision.connected
    totalCalls = picture.calls.total
    services = picture.services.map(Service.init)
    rules = services.first?.rules ?? []
    clients = picture.clients.map(Client.init)
    workloads = picture.endpoints.map(Workload.init)
  }

  /// The report as one JSON object on one line.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The report as one line of words.
  var line: String {
    let clock = time.dropFirst("2026-11-22T".count).prefix("05:56:01".count) + "Z"
    let errors = errorShare.map { " err \(percent($0))" } ?? ""
    let split = rules.map(\.words).joined(separator: " | ")
    return "\(clock) rev \(revision) ACK \(acked)/\(connected) NACK \(nacked)"
      + " \(tenths(callsPerSecond)) rps\(errors) | \(split)"
  }
}

extension ServicePicture {
  fileprivate var address: String { "\(host):\(port)" }
}

extension PlainReport.Service {
  init(_ picture: ServicePicture) {
    service = picture.address
    callsPerSecond = picture.callsPerSecond
    errorShare = picture.errorShare
    rules = picture.rules.enumerated().map { PlainReport.Rule(number: $0 + 1, $1) }
    unattributed = picture.unattributed.map {
      Unattributed(subset: $0.subset, calls: $0.calls)
    }
  }
}

extension PlainReport.Rule {
  init(number: Int, _ picture: RulePicture) {
    let ratio = picture.ratio
    rule = number
    match = HTTPMatch.text(of: picture.route.matches)
    n = ratio.n
    failed = ratio.failed
    verdict = ratio.verdict.rawValue
    eValue = ratio.eValue.flatMap { $0.isFinite ? $0 : nil }
    rows = ratio.rows.map {
      Row(
        label: $0.label,
        want: $0.want,
        got: $0.got,
        low: $0.low,
        high: $0.high,
        count: $0.count
      )
    }
  }

  var words: String {
    let split = rows.map { row in
      let want = row.want.map { " want \(percent($0))" } ?? ""
      guard let got = row.got, let low = row.low, let high = row.high else {
        return "\(row.label)\(want) got -"
      }
      return "\(row.label)\(want) got \(percent(got)) [\(percent(low)), \(percent(high))]"
    }
    return "rule \(rule) \(match): \(split.joined(separator: ", ")) n=\(n) \(verdict)"
  }
}

extension PlainReport.Client {
  init(_ picture: ClientPicture) {
    name = picture.name
    nodeID = picture.nodeID
    profile = picture.profile
    variant = picture.variant
    state = picture.state.rawValue
    ackedRevision = picture.ackedRevision
    nack = picture.nackMessage.isEmpty ? nil : picture.nackMessage
    source = picture.source
    calls = picture.calls
    failed = picture.failed
    clusters = picture.clusters.map {
      Cluster(cluster: $0.cluster, calls: $0.calls, failed: $0.failed)
    }
    notes = picture.notes
  }
}

extension PlainReport.Workload {
  init(_ picture: EndpointPicture) {
    id = picture.id
    address = picture.address
    if !picture.byPort.isEmpty {
      ports = picture.byPort.sorted { $0.key < $1.key }
        .map { Port(port: $0.key, address: $0.value.address) }
    }
    version = picture.workloadVersion
    state = picture.process?.state.rawValue ?? picture.health.rawValue
    exitReason = picture.process.flatMap { $0.exitReason.isEmpty ? nil : $0.exitReason }
  }
}

/// A share of 0 to 1 as a percentage with one decimal.
private func percent(_ share: Double) -> String { tenths(share * 100) }

private func tenths(_ value: Double) -> String {
  let scaled = Int((value * 10).rounded())
  return "\(scaled / 10).\(abs(scaled % 10))"
}
