package import TerminalUI

/// What the screen shows of a model, as large as the model's size.
package func view(_ model: ConsoleModel) -> Frame {
  var frame = Frame(size: model.size, isUnicode: model.capabilities.isUnicode)
  if model.isTooSmall {
    frame.putTooSmall()
    return frame
  }
  guard model.shown != nil else {
    frame.putStart(of: model)
    return frame
  }
  let layout = model.layout
  frame.put(HeaderLine(model: model), in: layout.header)
  for place in layout.places { frame.put(place.pane, of: model, in: place.rect) }
  frame.put(Footer(model: model), in: layout.footer)
  frame.putOverlay(of: model)
  return frame
}

extension Frame {
  fileprivate mutating func putTooSmall() {
    let minimum = ScreenLayout.minimum
    let text =
      "need \(minimum.columns)x\(minimum.rows), have \(size.columns)x\(size.rows)"
    for (row, line) in SafeText.wrapped(text, columns: size.columns).enumerated() {
      put(line, at: Point(column: 0, row: row))
    }
  }

  fileprivate mutating func putStart(of model: ConsoleModel) {
    let theme = model.theme
    var lines = [
      Line("Weir", style: theme.strong), .blank,
      Line("waiting for the engine's first picture of the mesh"),
      Line("(it comes once the xDS server listens and the workloads start)", style: theme.quiet),
      .blank,
    ]
    if let text = model.refusal ?? model.notice?.text {
      let width = min(58, size.columns - 2)
      lines += SafeText.wrapped(text, columns: width, isUnicode: isUnicode)
        .map { Line($0, style: theme.bad) }
      lines.append(.blank)
    }
    lines.append(Line("q quits", style: theme.quiet))
    let top = max(0, (size.rows - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      let column = max(0, (size.columns - line.width(isUnicode: isUnicode)) / 2)
      put(line, at: Point(column: column, row: top + row))
    }
  }
}
