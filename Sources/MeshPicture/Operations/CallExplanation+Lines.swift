import MeshModel

extension CallExplanation {
  /// So many of the rules that don't take the call are shown before, and as many behind, what is
  /// left out of them.
  private static let shownSkipped = 4
  private static let shownEndpoints = 6
  private static let outcomeIndent = 10

  /// The explanation as people read it: plain text, at most 100 columns wide.
  package var lines: [String] {
    var lines = TextLines(width: 100)
    lines.add(title, indent: 0)
    addSkipped(to: &lines)
    addOutcome(to: &lines)
    for setting in settings { lines.add(setting, indent: Self.outcomeIndent) }
    for note in notes { lines.add(note, indent: Self.outcomeIndent) }
    for resource in resources {
      lines.add(
        "\(resource.type)     \(resource.version)  \(resource.name)",
        indent: 2,
        hanging: 10
      )
    }
    addClient(to: &lines)
    return lines.texts
  }

  private var title: String {
    let target = service.map { host in "\(host)" + (port.map { ":\($0)" } ?? "") }
    let headers = request.headers.map { "\($0.name)=\($0.value)" }
    let words = [target ?? request.authority, request.path] + headers
    return words.joined(separator: " ") + "  under revision \(revision) (\(profile))"
  }

  // MARK: Rules

  private func addSkipped(to lines: inout TextLines) {
    let shown = Self.shownSkipped
    let hidden = skipped.count - 2 * shown
    // A line about one that is left out takes as much room as that one.
    guard hidden > 1 else { return skipped.forEach { add($0, to: &lines) } }
    skipped.prefix(shown).forEach { add($0, to: &lines) }
    lines.add("...     no   and \((hidden + numbersMissing).grouped) more", indent: 2)
    skipped.suffix(shown).forEach { add($0, to: &lines) }
  }

  /// Rules that ``skipped`` leaves out.
  private var numbersMissing: Int {
    let numbers = skipped.compactMap(\.rule)
    return zip(numbers, numbers.dropFirst()).reduce(0) { $0 + max(0, $1.1 - $1.0 - 1) }
  }

  private func add(_ skipped: Skipped, to lines: inout TextLines) {
    let label = Self.label(skipped.rule)
    lines.add("\(label)  no   \(skipped.reason.text(path: request.path))", indent: 2, hanging: 13)
  }

  private static func label(_ rule: Int?) -> String { rule.map { "rule \($0)" } ?? "route " }

  private func addOutcome(to lines: inout TextLines) {
    if let routeName {
      let label = Self.label(rule)
      let what = rule == nil ? "no rule is about it; its default" : "takes it"
      lines.add("\(label)  yes  \(what) (route \(routeName))", indent: 2, hanging: 13)
    }
    switch outcome {
    case .routed: break
    case .answered(let words):
      lines.add("answered by the client itself: \(words)", indent: Self.outcomeIndent)
    case .fails(let words): lines.add("fails: \(words)", indent: routeName == nil ? 2 : 10)
    }
    for share in shares { add(share, to: &lines) }
  }

  private func add(_ share: Share, to lines: inout TextLines) {
    let name = share.subset ?? "all"
    let count = share.endpoints.count
    var text = "\(name) \(share.share.percent)  \(share.cluster)  "
    text += count == 1 ? "1 endpoint" : "\(count) endpoints"
    let shown = share.endpoints.prefix(Self.shownEndpoints).map(\.text)
    if count > 0 { text += ": " + shown.joined(separator: ", ") }
    if count > shown.count { text += ", and \((count - shown.count).grouped) more" }
    lines.add(text, indent: Self.outcomeIndent, hanging: 12)
  }

  // MARK: Client

  private func addClient(to lines: inout TextLines) {
    guard let client else { return }
    let held = client.revision.map { "has revision \($0) in force" } ?? "has nothing in force yet"
    let same = client.differences.isEmpty ? "; it does the same" : ""
    lines.add("\(client.name) \(held)\(same)", indent: 2)
    for difference in client.differences { lines.add(difference, indent: 4) }
    if !client.nackMessage.isEmpty {
      lines.add("it refused the newest: \(client.nackMessage)", indent: 4)
    }
  }
}

extension CallExplanation.Endpoint {
  fileprivate var text: String {
    var details = workloadVersion.isEmpty ? [] : [workloadVersion]
    if health != .healthy { details.append(health.rawValue) }
    return details.isEmpty ? address : "\(address) (\(details.joined(separator: ", ")))"
  }
}
