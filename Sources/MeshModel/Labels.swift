extension [String: String] {
  /// Whether each of these labels is among them, with the same value.
  package func hasAll(_ wanted: [String: String]) -> Bool {
    wanted.allSatisfy { self[$0.key] == $0.value }
  }

  /// The labels in words, in name order.
  var labelText: String {
    guard !isEmpty else { return "any labels" }
    let terms = sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return "the label\(terms.count == 1 ? "" : "s") \(terms.joined(separator: ", "))"
  }
}
