import MeshModel
package import MeshPicture
import Synchronization
import XDSCore

extension MeshEngine {
  /// What becomes of a call, and why; see ``EngineOperations/explain(_:)``.
  ///
  /// O(rules); the first time after a change of a service's rules they are compiled, which takes
  /// longer.
  ///
  /// - Throws: ``EngineError`` with code `notFound` for a client or a revision that isn't known, and
  ///   `invalid` for a profile.
  package func explain(_ request: ExplainRequest) async throws -> CallExplanation {
    let view = try explainView(request)
    var explanation = view.explainer.explain(request)
    explanation.client = view.client.map { client in
      CallExplanation.Client(
        name: client.name,
        nodeID: client.nodeID,
        revision: client.revision,
        differences: client.differences(from: explanation),
        nackMessage: client.nackMessage
      )
    }
    return explanation
  }

  private func explainView(_ request: ExplainRequest) throws(EngineError) -> MeshState.ExplainView {
    try state.withLock { (state) throws(EngineError) in try state.explainView(request) }
  }
}

extension MeshState.HeldRoutes {
  /// What the client makes of the call otherwise than it is explained.
  fileprivate func differences(from explained: CallExplanation) -> [String] {
    guard isLive else { return ["\(name) is not connected: nobody knows what it has in force"] }
    guard let explainer else {
      return [
        revision.map { "\(name) has routes of revision \($0), which are no longer kept" }
          ?? "\(name) has no routes in force yet"
      ]
    }
    var differences: [String] = []
    var request = explained.request
    request.revision = nil
    let own = explainer.explain(request)
    if !own.isSame(as: explained) {
      let adverb = explainer.revision < explained.revision ? "still has" : "has"
      differences.append("\(name) \(adverb) revision \(explainer.revision): there \(own.summary)")
    }
    let types = behind.filter { $0 == .cluster || $0 == .endpoints }.map(\.shortName)
    if !types.isEmpty {
      differences.append("\(name) has not acknowledged the newest \(types.joined(separator: ", "))")
    }
    return differences
  }
}

extension CallExplanation {
  /// Whether the call does the same, wherever the workloads are.
  fileprivate func isSame(as other: CallExplanation) -> Bool {
    rule == other.rule && settings == other.settings && isFailure == other.isFailure
      && shares.map(\.cluster) == other.shares.map(\.cluster)
      && shares.map(\.share) == other.shares.map(\.share)
  }

  private var isFailure: Bool {
    if case .fails = outcome { true } else { false }
  }

  /// Such as `rule 2 takes it, v1 90 %, v2 10 %`.
  fileprivate var summary: String {
    switch outcome {
    case .fails(let reason): return "the call fails: \(reason)"
    case .answered(let words): return "\(taker) takes it and answers it: \(words)"
    case .routed:
      let parts = shares.map { "\($0.subset ?? "all") \($0.share.percent)" }
      return ([taker + " takes it"] + parts + settings).joined(separator: ", ")
    }
  }

  private var taker: String { rule.map { "rule \($0)" } ?? "the default route" }
}
