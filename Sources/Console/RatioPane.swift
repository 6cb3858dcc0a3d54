import MeshPicture
import TerminalUI

/// Want beside got for the rule that the operator is on, and how sure one may be.
struct RatioPane {
  let model: ConsoleModel
  let size: Size

  var content: PaneContent {
    var content = PaneContent()
    guard let rule = model.selectedRule else { return content }
    let ratio = rule.ratio
    content.title = title(ratio)
    content.topHint = verdict(ratio)
    content.body =
      (model.groupsByClient ? clientRows(ratio) : ratioRows(ratio)) + evidence(ratio)
      + loads(ratio) + clocks
      + history(ratio) + (model.groupsByClient ? [] : byClient(ratio))
    content.offset = model.scroll[.ratio] ?? 0
    return content
  }

  private var theme: Theme { model.theme }
  private var glyphs: Glyphs { model.glyphs }

  private func title(_ ratio: RatioPicture) -> Line {
    var line = Line(" rule \(model.rulesCursor.rule + 1)  n=\(ratio.n)  ")
    line.add(
      ratio.failed > 0 ? "failed \(ratio.failed), not in n " : "failed 0 ",
      style: ratio.failed > 0 ? theme.bad : theme.quiet
    )
    if size.columns >= 90 {
      line.add(" want \(glyphs.isUnicode ? "┃" : "|") beside got ", style: theme.quiet)
    }
    return line
  }

  private func verdict(_ ratio: RatioPicture) -> Line {
    switch ratio.verdict {
    case .few: Line(" n<\(ratio.needed) ", style: theme.doubtful)
    case .ok: Line(" ok ", style: theme.good)
    case .drift: Line(" DRIFT ", style: theme.bad)
    }
  }

  // MARK: Rows

  private func ratioRows(_ ratio: RatioPicture) -> [Line] {
    guard !ratio.rows.isEmpty else { return [Line(" nothing to count yet", style: theme.quiet)] }
    let cells = ratio.rows.map { figures(of: $0, n: ratio.n) }
    let widths = (0..<4).map { column in cells.map { $0[column].utf8.count }.max() ?? 0 }
    let label = min(16, ratio.rows.map { SafeText.width(of: $0.label) }.max() ?? 2)
    return zip(ratio.rows, cells).enumerated().map { index, pair in
      let (row, cells) = pair
      var line = Line.blank
      line.space(1)
      line.add(row.label, columns: label, style: theme.destination(index))
      line.add("  want ", style: theme.quiet)
      line.add(cells[0], columns: widths[0], alignment: .right)
      line.add("  got ", style: theme.quiet)
      line.add(cells[1], columns: widths[1], alignment: .right, style: theme.strong)
      line.space(1)
      line.add(cells[2], columns: widths[2])
      line.space(1)
      line.add(cells[3], columns: widths[3], alignment: .right, style: theme.quiet)
      line.space(1)
      addBar(row, to: &line, style: theme.destination(index))
      return line
    }
  }

  /// Want, got, the interval of got, and how many of how many responses that is.
  private func figures(of row: RatioPicture.Row, n: UInt64) -> [String] {
    func figure(_ share: Double?) -> String {
      guard model.showsCounts else { return Figures.percent(share) }
      return share.map { "\(Figures.whole($0 * Double(n)))" } ?? "-"
    }
    let interval =
      if let low = row.low, let high = row.high { "[\(figure(low)),\(figure(high))]" } else { "" }
    return [
      figure(row.want), model.showsCounts ? "\(row.count)" : figure(row.got), interval,
      "\(row.count)/\(n)",
    ]
  }

  private func addBar(_ row: RatioPicture.Row, to line: inout Line, style: Style) {
    let room = size.columns - 1 - line.width(isUnicode: glyphs.isUnicode)
    guard room >= 4 else { return }
    line.add(glyphs.bar(share: row.got ?? 0, columns: room, marker: row.want), style: style)
  }

  private func clientRows(_ ratio: RatioPicture) -> [Line] {
    guard !ratio.byClient.isEmpty else {
      return [Line(" no client has called by this rule yet", style: theme.quiet)]
    }
    let name = min(20, ratio.byClient.map { SafeText.width(of: $0.client) }.max() ?? 8)
    let count = ratio.byClient.map { "\($0.n)".utf8.count }.max() ?? 1
    return ratio.byClient.map { client in
      var line = Line.blank
      line.space(1)
      line.add(client.client, columns: name)
      for (index, share) in client.shares.enumerated() where index < ratio.rows.count {
        line.add("  \(ratio.rows[index].label) got ", style: theme.quiet)
        let text =
          model.showsCounts
          ? "\(Figures.whole(share * Double(client.n)))" : Figures.percent(share)
        line.add(text, columns: 5, alignment: .right, style: theme.destination(index))
      }
      line.add("  n=", style: theme.quiet)
      line.add("\(client.n)", columns: count)
      line.space(1)
      let last = ratio.rows.indices.last
      let row = RatioPicture.Row(
        label: "",
        want: last.flatMap { ratio.rows[$0].want },
        got: client.shares.last
      )
      addBar(row, to: &line, style: theme.destination(last ?? 0))
      return line
    }
  }
}
