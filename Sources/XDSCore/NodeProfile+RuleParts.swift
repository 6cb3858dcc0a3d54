import MeshModel

/// A part of a rule, or of a traffic policy, that not every client obeys.
enum RulePart: CaseIterable {
  case timeout, retries, fault, mirrors, rewrite, headerChanges, cors, statPrefix
  case redirect, directResponse
}

/// Which parts of the rules the clients of a profile obey; what they don't is never sent, since some
/// refuse all routes for it.
extension NodeProfile {
  /// Why a part has no effect; nil where it has.
  func obstacle(to part: RulePart) -> String? {
    obeys(part) ? nil : "\(clientName) \(part.inaction)"
  }

  private func obeys(_ part: RulePart) -> Bool {
    switch self {
    case .envoy: true
    case .grpc: part == .timeout || part == .retries || part == .fault
    case .dubbo: false
    }
  }
}

extension RulePart {
  /// What follows the client's name.
  fileprivate var inaction: String {
    switch self {
    case .timeout: "doesn't limit how long calls take"
    case .retries: "doesn't try calls again by the rule"
    case .fault: "injects no faults"
    case .mirrors: "sends no copies of calls"
    case .rewrite: "sends calls on as they are, without rewriting them"
    case .headerChanges: "changes no headers"
    case .cors: "knows no CORS"
    case .statPrefix: "counts nothing under a statPrefix"
    case .redirect: "can't redirect, so the rule's calls fail"
    case .directResponse: "can't answer calls by itself, so the rule's calls fail"
    }
  }
}
