import MeshModel
import MeshPicture
import TerminalUI

extension Finding {
  /// The message without the place, for where it stands at its rule.
  var textAtRule: String {
    guard let rule, let object else { return message }
    let place = "rule \(rule + 1) of \(object): "
    let text = message.hasPrefix(place) ? message.dropFirst(place.count) : message[...]
    return String(text.hasPrefix("it ") ? text.dropFirst(3) : text)
  }
}

/// The rules in order, each with its destinations: what was asked, and what was got.
struct RulesPane {
  let model: ConsoleModel
  let size: Size

  var content: PaneContent {
    var content = PaneContent()
    content.title = title
    content.topHint = walkthrough(beside: content.title)
    let columns = columns
    for index in window {
      let rule = model.rules[index]
      let row = content.body.count
      content.body += lines(of: rule, at: index, columns)
      if index == model.rulesCursor.rule {
        content.cursor = (row + model.rulesCursor.destination)..<content.body.count
      }
    }
    content.foot = foot(below: content.body.count)
    content.offset = model.scroll[.rules] ?? 0
    return content
  }

  private var theme: Theme { model.theme }
  private var glyphs: Glyphs { model.glyphs }

  /// The rules that are laid out: all, or those around the cursor where there are very many.
  ///
  /// It goes on in steps, so that lines stay where they are while the cursor moves among them.
  private var window: Range<Int> {
    let step = 100
    let count = model.rules.count
    guard count > 3 * step else { return 0..<count }
    let first = max(0, (model.rulesCursor.rule / step - 1) * step)
    return first..<min(count, first + 3 * step)
  }

  private var title: Line {
    guard let service = model.service else { return .blank }
    guard let name = service.virtualService else {
      return Line(" no VirtualService for this host ", style: theme.quiet)
    }
    var line = Line(" \(name.name) ")
    if window.count < service.rules.count {
      line.add(" rule \(model.rulesCursor.rule + 1) of \(service.rules.count) ", style: theme.quiet)
    }
    let isAlone = step == nil || size.columns >= 110
    if size.columns >= 64, isAlone { line.add(" first match wins ", style: theme.quiet) }
    return line
  }

  /// The walkthrough's step that the rules are at.
  private var step: Walkthrough.Step? {
    model.shown.flatMap(model.walkthroughStep).map { Walkthrough.steps[$0] }
  }

  /// Which step of the walkthrough shows, with its title where there is room.
  private func walkthrough(beside title: Line) -> Line {
    guard let step else { return .blank }
    let place = "\(step.number + 1)/\(Walkthrough.steps.count)"
    let texts = [
      " walkthrough \(place): \(step.title) ", " step \(place): \(step.title) ",
      " walkthrough \(place) ",
    ]
    // The corners, the pane's own name and what parts the labels.
    let room = size.columns - 15 - title.width(isUnicode: glyphs.isUnicode)
    return Line(texts.first { SafeText.width(of: $0) <= room } ?? "")
  }

  // MARK: Rules

  private static let leastBar = 4

  private struct Columns {
    var number: Int
    var label: Int
    var weight: Int
    var bar: Int
    var count: Int
    /// 0 where the interval doesn't show.
    var interval: Int
    var match: Int
  }

  /// The widths of a row's parts; the match gets what is left.
  private var columns: Columns {
    let rules = model.rules[window]
    let destinations = rules.flatMap(\.route.destinations)
    let labels = destinations.map { SafeText.width(of: $0.label) }.max() ?? 2
    let weights = destinations.map { "\($0.weight)".utf8.count }.max() ?? 3
    let counts = rules.map { "\($0.ratio.n)".utf8.count }.max() ?? 1
    let texts = rules.map(matchText)
    let longest = texts.map { SafeText.width(of: $0) }.max() ?? 0
    var columns = Columns(
      number: max(2, "\(model.rules.count)".utf8.count),
      label: max(2, min(labels, size.columns >= 100 ? 20 : size.columns >= 72 ? 15 : 10)),
      weight: max(3, weights),
      bar: size.columns >= 100 ? 24 : size.columns >= 72 ? 14 : 10,
      count: max(4, counts),
      interval: size.columns >= 72 ? 10 : 0,
      match: 0
    )
    let arrow = SafeText.width(of: glyphs.arrow)
    let fixed =
      3 + columns.number + 1 + arrow + 1 + columns.label + 1 + columns.weight + 1 + columns.bar
    let got = 11 + columns.interval
    columns.match = max(8, size.columns - fixed - got - 4 - columns.count)
    // A bar gives way to a match that doesn't fit its columns.
    let given = max(0, min(columns.bar - RulesPane.leastBar, longest - columns.match))
    columns.bar -= given
    columns.match += given
    return columns
  }

  private func lines(of rule: RulePicture, at index: Int, _ columns: Columns) -> [Line] {
    let matches = wrapped(matchText(of: rule), columns.match)
    let height = max(rule.route.destinations.count, matches.count)
    var lines = (0..<height).map { row in
      var line = front(of: rule, at: index, row: row, columns)
      line.add(row < matches.count ? matches[row] : "", columns: columns.match)
      if row < rule.route.destinations.count { addDestination(row, of: rule, to: &line, columns) }
      return line
    }
    for finding in rule.findings { lines += self.lines(of: finding) }
    if index == model.rulesCursor.rule {
      for note in rule.notes { lines += self.lines(of: note) }
    }
    return lines
  }

  private func matchText(of rule: RulePicture) -> String {
    let name = rule.route.name.map { "\($0): " } ?? ""
    return name + HTTPMatch.text(of: rule.route.matches)
  }

  /// A long match goes on beside the rule's other destinations, to four lines at most.
  private func wrapped(_ text: String, _ columns: Int) -> [String] {
    let all = SafeText.wrapped(text, columns: columns, isUnicode: glyphs.isUnicode)
    guard all.count > 4 else { return all }
    return all.prefix(3) + [all[3] + glyphs.ellipsis]
  }

  private func front(
    of rule: RulePicture,
    at index: Int,
    row: Int,
    _ columns: Columns
  ) -> Line {
    let isSelected =
      index == model.rulesCursor.rule && row == model.rulesCursor.destination
      && row < rule.route.destinations.count
    let pointer = model.focus == .rules ? glyphs.pointer : glyphs.idlePointer
    var line = Line.blank
    line.add(isSelected ? pointer : "", columns: 1, style: theme.focus)
    let number = row == 0 ? "\(index + 1)" : ""
    line.add(number, columns: columns.number, alignment: .right, style: theme.strong)
    let isMarked = !rule.findings.isEmpty || !rule.notes.isEmpty
    line.add(row == 0 && isMarked ? "!" : "", columns: 2, style: theme.doubtful)
    return line
  }

  private func addDestination(
    _ index: Int,
    of rule: RulePicture,
    to line: inout Line,
    _ columns: Columns
  ) {
    let destination = rule.route.destinations[index]
    let total = rule.route.totalWeight
    let share = total == 0 ? 0 : Double(destination.weight.value) / Double(total)
    let style = theme.destination(index)
    line.add(" \(glyphs.arrow) ", style: theme.quiet)
    line.add(destination.label, columns: columns.label, style: style)
    line.space(1)
    line.add(
      "\(destination.weight)",
      columns: columns.weight,
      alignment: .right,
      style: theme.strong
    )
    line.space(1)
    line.add(glyphs.bar(share: share, columns: columns.bar), style: style)
    guard rule.ratio.rows.indices.contains(index) else { return }
    let row = rule.ratio.rows[index]
    // A row that nobody asked for is not this destination's: it stands in the ratio pane alone.
    if row.want != nil { addGot(row, n: rule.ratio.n, to: &line, columns) }
  }

  private func addGot(_ row: RatioPicture.Row, n: UInt64, to line: inout Line, _ columns: Columns) {
    line.add("  got ", style: theme.quiet)
    line.add(Figures.percent(row.got), columns: 5, alignment: .right)
    if columns.interval > 0 {
      let text =
        if let low = row.low, let high = row.high {
          " [\(Figures.whole(low * 100)),\(Figures.whole(high * 100))]"
        } else { "" }
      line.add(text, columns: columns.interval, style: theme.quiet)
    }
    line.add(" n=", style: theme.quiet)
    line.add("\(n)", style: theme.quiet)
  }

  /// What some clients can't do of the rule.
  private func lines(of note: RulePicture.Note) -> [Line] {
    let who = "\(note.profile) (\(Plural.count(note.clients, "client")))"
    return remark("! \(who): \(note.message)", style: theme.doubtful)
  }

  private func lines(of finding: Finding) -> [Line] {
    let style = finding.severity == .error ? theme.bad : theme.doubtful
    return remark(
      (finding.severity == .error ? "x error: " : "! ") + finding.textAtRule,
      style: style
    )
  }

  private func remark(_ text: String, style: Style) -> [Line] {
    Flow.sentence(
      text,
      columns: size.columns,
      isUnicode: glyphs.isUnicode,
      indent: 5,
      hanging: 2,
      atMost: 2,
      style: style
    )
  }
}
