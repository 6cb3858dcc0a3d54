import MeshPicture
import TerminalUI

/// How sure one may be of the ratio, how fast the newest revision took hold, and what was before.
extension RatioPane {
  func evidence(_ ratio: RatioPicture) -> [Line] {
    var pieces: [Line] = []
    if let value = ratio.eValue {
      let alarm = Figures.evidence(ratio.alarmAt)
      var piece = Line("drift e-value ", style: model.theme.quiet)
      piece.add(
        Figures.evidence(value),
        style: ratio.verdict == .drift ? model.theme.bad : model.theme.strong
      )
      piece.add(" (alarm \(trimmed(alarm)))", style: model.theme.quiet)
      pieces.append(piece)
    }
    if ratio.needed > 0 {
      let glyph = model.glyphs.plusMinus
      pieces.append(
        Line("\(glyph)2 pts needs n=\(ratio.needed), has \(ratio.n)", style: model.theme.quiet)
      )
    }
    return flow(pieces)
  }

  /// What load reports tell beside: they name no responder, and no rule.
  func loads(_ ratio: RatioPicture) -> [Line] {
    var pieces: [Line] = []
    if ratio.bySubset > 0 {
      let text = "\(ratio.bySubset) of n by subset picked (LRS)"
      pieces.append(Line(text, style: model.theme.quiet))
    }
    if let service = model.service, !service.unattributed.isEmpty {
      let counts = service.unattributed.map { "\($0.subset) \($0.calls)" }.joined(separator: ", ")
      var piece = Line("of no known rule: ", style: model.theme.quiet)
      piece.add(counts, style: model.theme.strong)
      let between = service.betweenRevisions
      piece.add(between > 0 ? " (\(between) while rules changed)" : "", style: model.theme.quiet)
      pieces.append(piece)
    }
    return flow(pieces)
  }

  var clocks: [Line] {
    guard let clocks = model.shown?.clocks, clocks.revision > 0 else { return [] }
    // The first revision was there before any key.
    let key = (clocks.revision == 1 ? "start" : "key") + model.glyphs.arrow
    var pieces = [piece("\(key)pushed", clocks.keyToPushed)]
    var acks = piece("\(key)ACK first", clocks.keyToFirstACK)
    acks.add(", all ", style: model.theme.quiet)
    acks.add(time(clocks.keyToAllACKs))
    pieces.append(acks)
    if clocks.isEffectHidden && clocks.keyToFirstEffect == nil {
      let text = "\(key)first effect: can't tell, no client shows single calls"
      pieces.append(Line(text, style: model.theme.quiet))
    } else if clocks.canShowEffect {
      pieces.append(piece("\(key)first effect", clocks.keyToFirstEffect))
    } else {
      pieces.append(Line("\(key)first effect: none possible", style: model.theme.quiet))
    }
    return flow(pieces, gap: 2)
  }

  /// The last row's share over the last seconds, scaled to a round percentage above its peak.
  func history(_ ratio: RatioPicture) -> [Line] {
    guard let label = ratio.rows.last?.label, !ratio.history.isEmpty else { return [] }
    let peak = ratio.history.compactMap { $0 }.max() ?? 0
    let ceiling = [5, 10, 25, 50].first { peak * 100 <= Double($0) } ?? 100
    let name = SafeText.cleaned(label, isUnicode: model.glyphs.isUnicode)
    let front = " \(name) over time 0-\(ceiling)% "
    let room = size.columns - 1 - SafeText.width(of: front)
    guard room >= 8 else { return [] }
    let values = Array(ratio.history.suffix(room))
    var line = Line(front, style: model.theme.quiet)
    line.add(
      model.glyphs.sparkline(values, ceiling: Double(ceiling) / 100),
      style: model.theme.destination(ratio.rows.count - 1)
    )
    let span = "  last \(values.count) s"
    if room - values.count >= span.utf8.count { line.add(span, style: model.theme.quiet) }
    return [line]
  }

  func byClient(_ ratio: RatioPicture) -> [Line] {
    guard let label = ratio.rows.last?.label, !ratio.byClient.isEmpty else { return [] }
    let title = Line("got \(label) by client", style: model.theme.quiet)
    let pieces = ratio.byClient.map { client in
      var piece = Line("\(client.client) ")
      piece.add(Figures.percent(client.shares.last), style: model.theme.strong)
      piece.add(" n=\(client.n)", style: model.theme.quiet)
      return piece
    }
    return flow([title] + pieces, hanging: 3)
  }

  private func piece(_ name: String, _ microseconds: UInt64?) -> Line {
    var line = Line("\(name) ", style: model.theme.quiet)
    line.add(time(microseconds))
    return line
  }

  private func time(_ microseconds: UInt64?) -> String {
    microseconds.map { Figures.duration(microseconds: $0) } ?? "not yet"
  }

  private func flow(_ pieces: [Line], hanging: Int = 0, gap: Int = 3) -> [Line] {
    Flow.lines(
      pieces,
      columns: size.columns,
      isUnicode: model.glyphs.isUnicode,
      hanging: hanging,
      gap: gap
    )
  }

  /// `20.0` as `20`.
  private func trimmed(_ figure: String) -> String {
    figure.hasSuffix(".0") ? String(figure.dropLast(2)) : figure
  }
}
