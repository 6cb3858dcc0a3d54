import MeshModel
import MeshPicture
import TerminalUI

/// What stands below the rules: the field the operator types in, what was refused, or the checks.
extension RulesPane {
  var foot: [PaneContent.FootLine] {
    if let prompt = model.prompt, prompt.pane == .rules { return lines(of: prompt) }
    if let refusal = model.refusal {
      return sentence("refused: \(refusal)", style: model.theme.bad, atMost: 3)
    }
    guard model.service != nil else { return [] }
    var lines: [PaneContent.FootLine] = []
    if size.rows >= 8 { lines += details }
    if model.rules.isEmpty || model.address == nil {
      lines += sentence(
        "No rule steers this host: its calls go to every workload. W starts the walkthrough, o adds a rule.",
        style: model.theme.quiet
      )
    } else {
      lines += checks
    }
    return lines
  }

  private func lines(of prompt: Prompt) -> [PaneContent.FootLine] {
    let help =
      if let error = prompt.field.error {
        sentence("! \(error)", style: model.theme.bad, atMost: 2)
      } else {
        sentence(prompt.hint, style: model.theme.quiet, atMost: 1)
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
    let first = findings.first { $0.rule == nil || !model.rules.flatMap(\.findings).contains($0) }
    let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { Plural.count($0.0, $0.1) }.joined(separator: ", ")
    return sentence(
      "! \(counts)" + (first.map { ": \($0.message)" } ?? ""),
      style: errors > 0 ? model.theme.bad : model.theme.doubtful,
      atMost: size.rows >= 8 ? 2 : 1
    )
  }

  /// The newest change and the subsets, where there is room.
  private var details: [PaneContent.FootLine] {
    guard let picture = model.shown, let service = model.service else { return [] }
    let revision = picture.revision
    let time = model.localTime(revision.time).clock
    var lines = sentence(
      "rev \(revision.number) since \(time): \(revision.title)",
      style: model.theme.quiet,
      atMost: 1
    )
    guard size.rows >= 9, !service.subsets.isEmpty else { return lines }
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
