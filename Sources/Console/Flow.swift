import TerminalUI

/// Sets pieces of text side by side, in as many lines as they need.
enum Flow {
  /// Lines that begin after `indent` columns, those after the first after `hanging` more.
  static func lines(
    _ pieces: [Line],
    columns: Int,
    isUnicode: Bool,
    indent: Int = 1,
    hanging: Int = 0,
    gap: Int = 3
  ) -> [Line] {
    var lines: [Line] = []
    var line = Line.blank
    var used = 0
    for piece in pieces {
      let width = piece.width(isUnicode: isUnicode)
      if used > 0, used + gap + width > columns {
        lines.append(line)
        used = 0
      }
      if used == 0 {
        line = .blank
        used = lines.isEmpty ? indent : indent + hanging
        line.space(used)
      } else {
        line.space(gap)
        used += gap
      }
      line.spans += piece.spans
      used += width
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  /// A sentence in as many lines as it needs, each after `indent` columns, those after the first
  /// after `hanging` more.
  static func sentence(
    _ text: String,
    columns: Int,
    isUnicode: Bool,
    indent: Int = 1,
    hanging: Int = 0,
    atMost: Int = .max,
    style: Style = .plain
  ) -> [Line] {
    let all = SafeText.wrapped(
      text,
      columns: max(10, columns - indent - hanging - 1),
      isUnicode: isUnicode
    )
    var kept = Array(all.prefix(atMost))
    if kept.count < all.count, let last = kept.popLast() {
      kept.append(last + Glyphs(isUnicode: isUnicode).ellipsis)
    }
    return kept.enumerated().map { row, text in
      var line = Line.blank
      line.space(row == 0 ? indent : indent + hanging)
      line.add(text, style: style)
      return line
    }
  }
}
