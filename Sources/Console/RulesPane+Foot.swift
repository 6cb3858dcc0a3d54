import MeshModel
import MeshPicture
import TerminalUI

/// What stands below the rules: the field the operator types in, what was refused, or the checks.
extension RulesPane {
  /// The lines at the bottom, where `body` lines stand above them.
  func foot(below body: Int) -> [PaneContent.FootLine] {
    if let prompt = model.prompt, prompt.pane == .rules { return lines(of: prompt) }
    if let refusal = model.refusal {
      return sentence("refused: \(refusal)", style: model.theme.bad, atMost: 3)
    }
    guard model.service != nil else { return sentence(awaitedService, style: model.theme.quiet) }
    let lines =
      if model.rules.isEmpty || model.address == nil {
        sentence(
          "No rule steers this host: its calls go to every workload." + ways,
          style: model.theme.quiet
        )
      } else { checks }
    // Where the rules don't fit anyway, a high pane has a few lines to spare for it.
    let room = max(size.rows - body, size.rows >= 12 ? 4 : 0) - lines.count
    return details.prefix(max(0, room)) + lines
  }

  /// How a first rule can be made.
  private var ways: String {
    // What is frozen can be edited later.
    guard model.editBlocker == nil || model.isFrozen else { return "" }
    let ways = [
      model.walkthroughObstacle == nil ? "W starts the walkthrough" : "",
      model.insertObstacle == nil ? "o adds a rule" : "",
    ].filter { !$0.isEmpty }
    return ways.isEmpty ? "" : " \(ways.joined(separator: ", "))."
  }

  /// What is awaited while the mesh has no service.
  private var awaitedService: String {
    model.shown?.mesh == "external"
      ? "No service yet: the files given with -f are to name some (ServiceEntry, WorkloadEntry)."
      : "No service yet: it comes with the first workload."
  }

  private func lines(of prompt: Prompt) -> [PaneContent.FootLine] {
    let help =
      if let error = prompt.field.error {
        sentence("! \(error)", style: model.theme.bad, atMost: 2)
      } else if let finding = model.draftFinding {
        sentence(
          finding.severity == .error
            ? "would be refused: \(finding.textAtRule)" : "! \(finding.textAtRule)",
          style: finding.severity == .error ? model.theme.bad : model.theme.doubtful,
          atMost: 3
        )
      } else {
        sentence(prompt.hint, style: model.theme.quiet, atMost: prompt.newRule == nil ? 1 : 2)
      }
    return [.field(label: prompt.label, prompt.field)] + help
  }

  private func sentence(
    _ text: String,
    style: Style,
    atMost: Int = 2
  ) -> [PaneContent.FootLine] {
    Flow.sentence(
      text,
      columns: size.columns,
      isUnicode: model.glyphs.isUnicode,
      atMost: atMost,
      style: style
    )
    .map { .text($0) }
  }

  /// What the checks say of the whole book, beyond what stands at the rules.
  private var checks: [PaneContent.FootLine] {
    let findings = model.shown?.revision.findings ?? []
    let errors = findings.count { $0.severity == .error }
    let warnings = findings.count - errors
    if findings.isEmpty {
      return [.text(Line(" checks ok", style: model.theme.quiet))]
    }
    let shown = Set(model.rules.lazy.flatMap(\.findings))
    let first = findings.first { $0.rule == nil || !shown.contains($0) }
    let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { Plural.count($0.0, $0.1) }.joined(separator: ", ")
    return sentence(
      "! \(counts)" + (first.map { ": \($0.message)" } ?? ""),
      style: errors > 0 ? model.theme.bad : model.theme.doubtful,
      atMost: 2
    )
  }

  /// The newest change, and the subsets.
  private var details: [PaneContent.FootLine] {
    guard let picture = model.shown, let service = model.service else { return [] }
    let revision = picture.revision
    let time = model.localTime(revision.time).clock
    var lines = sentence(
      "rev \(revision.number) since \(time): \(revision.title)",
      style: model.theme.quiet,
      atMost: 1
    )
    guard !service.subsets.isEmpty else { return lines }
    lines += sentence(subsets(of: service), style: model.theme.quiet, atMost: 1)
    return lines
  }

  /// The subsets with their labels, or without where those don't fit.
  private func subsets(of service: ServicePicture) -> String {
    let short = service.subsets.map { "\($0.name) \($0.ready) ready" }
    let long = zip(service.subsets, short).map { subset, text in
      let labels = subset.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return labels.isEmpty ? text : "\(text) (\(labels.joined(separator: ",")))"
    }
    let text = "subsets: \(long.joined(separator: ", "))"
    guard SafeText.width(of: text) > size.columns - 2 else { return text }
    return "subsets: \(short.joined(separator: ", "))"
  }
}

enum Plural {
  /// `1 error`, `2 errors`.
  static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }
}
