package import MeshModel

extension TextCondition {
  /// What is wanted, behind the word `want`: `exactly admin`, `none`.
  package var text: String {
    switch self {
    case .exact(let text): "exactly \(shown(text))"
    case .prefix(let text): "one that begins with \(shown(text))"
    case .suffix(let text): "one that ends with \(shown(text))"
    case .contains(let text): "one with \(shown(text)) in it"
    case .regex(let text): "one that all of \(text) matches"
    case .range(let low, let high): "a number from \(low) to \(high) (not included)"
    case .present: "any"
    case .absent: "none"
    case .not(.present): "none"
    case .not(let condition): "not \(condition.text)"
    }
  }

  private func shown(_ text: String) -> String { text.isEmpty ? "\"\"" : text }
}

extension MatchFailure {
  /// Why a match doesn't hold for a call, such as `header user is absent; want exactly admin`.
  ///
  /// - Parameter path: The call's.
  /// - Returns: One sentence without a full stop.
  package func text(path: String) -> String {
    switch self {
    case .path(let condition, let ignoresCase):
      "path is \(path); want \(condition.text)\(ignoresCase ? ", in any case" : "")"
    case .header(let name, let condition, let found):
      MatchFailure.text("header \(name)", condition, found)
    case .queryParameter(let name, let condition, let found):
      MatchFailure.text("query parameter \(name)", condition, found)
    case .fraction(let perMillion):
      "it takes \(Double(perMillion) / 10_000) % of calls only"
    case .notOnClient(let reason):
      reason
    }
  }

  private static func text(
    _ what: String,
    _ condition: TextCondition,
    _ found: String?
  ) -> String {
    let found = found.map { $0.isEmpty ? "empty" : $0 } ?? "absent"
    return "\(what) is \(found); want \(condition.text)"
  }
}
