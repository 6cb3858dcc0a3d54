import MeshModel
package import MeshPicture

/// `weir explain`: what becomes of a call, and why.
package struct ExplainVerb: Sendable {
  package var request: ExplainRequest
  /// The subset that the call must go to and no other; nil for no matter which.
  package var expected: String?
  package var isJSON: Bool

  package init(request: ExplainRequest, expected: String? = nil, isJSON: Bool = false) {
    self.request = request
    self.expected = expected
    self.isJSON = isJSON
  }

  /// - Returns: `conditionFalse` where it isn't as expected.
  /// - Throws: `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let explanation = try await engine.explain(request)
    if isJSON {
      let body = ExplanationReport(explanation)
      let report = JSONReport(revision: explanation.revision, time: output.now(), body: body)
      try await output.write(try report.text)
    } else {
      try await output.write(explanation.lines)
    }
    guard let expected else { return .done }
    let subsets = explanation.shares.filter { $0.share > 0 }.map { $0.subset ?? "all" }
    guard explanation.outcome == .routed, !subsets.isEmpty,
      subsets.allSatisfy({ $0 == expected })
    else {
      output.say("expected \(expected), found \(explanation.outcomeText)")
      return .conditionFalse
    }
    return .done
  }
}

extension CallExplanation {
  fileprivate var outcomeText: String {
    switch outcome {
    case .routed:
      shares.map { "\($0.subset ?? "all") \($0.share.percent)" }.joined(separator: ", ")
    case .answered(let words): "an answer by the client itself: \(words)"
    case .fails(let words): "that it fails: \(words)"
    }
  }
}

/// An explanation in JSON.
private struct ExplanationReport: Encodable {
  struct Skipped: Encodable {
    var rule: Int?
    var route: String
    var reason: String
  }

  struct Endpoint: Encodable {
    var workload: String
    var address: String
    var version: String
    var health: String
    var weight: UInt32
  }

  struct Share: Encodable {
    var cluster: String
    var host: String
    var subset: String?
    var weight: UInt32
    /// 0 to 1.
    var share: Double
    var endpoints: [Endpoint]
  }

  struct Resource: Encodable {
    var type: String
    var name: String
    var version: String
  }

  struct Client: Encodable {
    var name: String
    var nodeID: String
    var revision: UInt64?
    var differences: [String]
    var nack: String?
  }

  var service: String?
  var port: UInt16?
  var path: String
  var headers: [String: String]
  var profile: String
  var virtualService: String?
  /// From 1.
  var rule: Int?
  var route: String?
  /// `routed`, `answered` or `fails`, and why in ``reason``.
  var outcome: String
  var reason: String?
  var skipped: [Skipped]
  var shares: [Share]
  var settings: [String]
  var resources: [Resource]
  var notes: [String]
  var client: Client?

  init(_ explanation: CallExplanation) {
    service = explanation.service?.description
    port = explanation.port
    path = explanation.request.path
    headers = Dictionary(explanation.request.headers.map { ($0.name, $0.value) }) { "\($0),\($1)" }
    profile = explanation.profile
    virtualService = explanation.virtualService?.description
    rule = explanation.rule
    route = explanation.routeName
    switch explanation.outcome {
    case .routed: (outcome, reason) = ("routed", nil)
    case .answered(let words): (outcome, reason) = ("answered", words)
    case .fails(let words): (outcome, reason) = ("fails", words)
    }
    let path = explanation.request.path
    skipped = explanation.skipped.map {
      Skipped(rule: $0.rule, route: $0.routeName, reason: $0.reason.text(path: path))
    }
    shares = explanation.shares.map(Share.init)
    settings = explanation.settings
    resources = explanation.resources.map {
      Resource(type: $0.type, name: $0.name, version: $0.version)
    }
    notes = explanation.notes
    client = explanation.client.map(Client.init)
  }
}

extension ExplanationReport.Share {
  init(_ share: CallExplanation.Share) {
    cluster = share.cluster
    host = share.host.description
    subset = share.subset
    weight = share.weight
    self.share = share.share
    endpoints = share.endpoints.map {
      ExplanationReport.Endpoint(
        workload: $0.workload,
        address: $0.address,
        version: $0.workloadVersion,
        health: $0.health.rawValue,
        weight: $0.weight
      )
    }
  }
}

extension ExplanationReport.Client {
  init(_ client: CallExplanation.Client) {
    name = client.name
    nodeID = client.nodeID
    revision = client.revision
    differences = client.differences
    nack = client.nackMessage.isEmpty ? nil : client.nackMessage
  }
}
