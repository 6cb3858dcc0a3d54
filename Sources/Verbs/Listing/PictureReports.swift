import MeshModel
import MeshPicture

/// A service in JSON.
struct ServiceReport: Encodable {
  struct Subset: Encodable {
    var name: String
    var labels: [String: String]
    var ready: Int
  }

  var host: String
  var port: UInt16
  /// `namespace/name`.
  var virtualService: String?
  var subsets: [Subset]
  var callsPerSecond: Double
  /// 0 to 1.
  var errorShare: Double?
  var latencyP50Microseconds: UInt64?
  var latencyP99Microseconds: UInt64?
  var rules: [RuleReport]

  init(_ picture: ServicePicture) {
    host = picture.host.description
    port = picture.port
    virtualService = picture.virtualService?.description
    subsets = picture.subsets.map { Subset(name: $0.name, labels: $0.labels, ready: $0.ready) }
    callsPerSecond = picture.callsPerSecond
    errorShare = picture.errorShare
    latencyP50Microseconds = picture.latencyP50
    latencyP99Microseconds = picture.latencyP99
    rules = picture.rules.enumerated().map { RuleReport(number: $0 + 1, $1) }
  }
}

/// A rule and its observed split in JSON.
struct RuleReport: Encodable {
  struct Row: Encodable {
    var label: String
    /// 0 to 1; absent where there is none.
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
  var needed: UInt64
  /// `few`, `ok` or `drift`.
  var verdict: String
  var eValue: Double?
  var rows: [Row]

  init(number: Int, _ picture: RulePicture) {
    let ratio = picture.ratio
    rule = number
    match = HTTPMatch.text(of: picture.route.matches)
    n = ratio.n
    failed = ratio.failed
    needed = ratio.needed
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
}

/// An endpoint in JSON.
struct EndpointReport: Encodable {
  var name: String
  var host: String?
  var address: String
  var version: String
  var subsets: [String]
  var state: String
  var calls: UInt64
  var callsPerSecond: Double
  var failed: UInt64
  var weight: UInt32
  var processID: Int?
  var restarts: Int?
  var exitReason: String?

  init(_ picture: EndpointPicture) {
    name = picture.id
    host = picture.host?.description
    address = picture.address
    version = picture.workloadVersion
    subsets = picture.subsets
    state = picture.process?.state.rawValue ?? picture.health.rawValue
    calls = picture.calls
    callsPerSecond = picture.callsPerSecond
    failed = picture.failed
    weight = picture.weight
    processID = picture.process?.processID
    restarts = picture.process?.restarts
    exitReason = picture.process.flatMap { $0.exitReason.isEmpty ? nil : $0.exitReason }
  }
}

/// An xDS client in JSON.
struct ClientReport: Encodable {
  struct TypeState: Encodable {
    var type: String
    var ackedRevision: UInt64?
    var nacked: Bool
    var pending: Bool
  }

  var name: String
  var nodeID: String
  var profile: String
  var variant: String
  var state: String
  var sentRevision: UInt64?
  var ackedRevision: UInt64?
  var ackMicroseconds: UInt64?
  var nack: String?
  var types: [TypeState]
  var source: String
  var calls: UInt64
  var callsPerSecond: Double
  var failed: UInt64
  var notes: [String]

  init(_ picture: ClientPicture) {
    name = picture.name
    nodeID = picture.nodeID
    profile = picture.profile
    variant = picture.variant
    state = picture.state.rawValue
    sentRevision = picture.sentRevision
    ackedRevision = picture.ackedRevision
    ackMicroseconds = picture.ackMicroseconds
    nack = picture.nackMessage.isEmpty ? nil : picture.nackMessage
    types = picture.types.map {
      TypeState(
        type: $0.type,
        ackedRevision: $0.ackedRevision,
        nacked: $0.isNacked,
        pending: $0.isPending
      )
    }
    source = picture.source
    calls = picture.calls
    callsPerSecond = picture.callsPerSecond
    failed = picture.failed
    notes = picture.notes
  }
}
