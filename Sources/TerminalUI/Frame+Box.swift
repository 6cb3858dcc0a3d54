/// What stands in a pane's border.
package struct BoxLabels: Hashable, Sendable {
  /// At the top left.
  package var title: Line
  /// At the top right, if there is room beside the title.
  package var topHint: Line
  /// At the bottom left.
  package var bottomNote: Line
  /// At the bottom right.
  package var bottomHint: Line

  package init(
    title: Line = .blank,
    topHint: Line = .blank,
    bottomNote: Line = .blank,
    bottomHint: Line = .blank
  ) {
    self.title = title
    self.topHint = topHint
    self.bottomNote = bottomNote
    self.bottomHint = bottomHint
  }
}

extension Frame {
  /// Draws a border around a rectangle and blanks what is inside.
  package mutating func box(_ rect: Rect, _ labels: BoxLabels = BoxLabels(), style: Style = .plain)
  {
    guard rect.size.columns >= 2, rect.size.rows >= 2 else { return }
    fill(rect)
    let bottom = rect.rows.upperBound - 1
    border(
      rect,
      row: rect.origin.row,
      corners: (glyphs.topLeft, glyphs.topRight),
      labels: (labels.title, labels.topHint),
      style: style
    )
    border(
      rect,
      row: bottom,
      corners: (glyphs.bottomLeft, glyphs.bottomRight),
      labels: (labels.bottomNote, labels.bottomHint),
      style: style
    )
    sides(rect, style: style)
  }

  private mutating func sides(_ rect: Rect, style: Style) {
    let height = rect.size.rows - 2
    for column in [rect.origin.column, rect.columns.upperBound - 1] {
      fill(
        Rect(column: column, row: rect.origin.row + 1, columns: 1, rows: height),
        with: glyphs.vertical,
        style: style
      )
    }
  }

  private mutating func border(
    _ rect: Rect,
    row: Int,
    corners: (Character, Character),
    labels: (left: Line, right: Line),
    style: Style
  ) {
    let end = rect.columns.upperBound
    fill(
      Rect(column: rect.origin.column, row: row, columns: rect.size.columns, rows: 1),
      with: glyphs.horizontal,
      style: style
    )
    fill(
      Rect(column: rect.origin.column, row: row, columns: 1, rows: 1),
      with: corners.0,
      style: style
    )
    fill(Rect(column: end - 1, row: row, columns: 1, rows: 1), with: corners.1, style: style)
    let room = rect.size.columns - 4
    guard room > 0 else { return }
    let start = Point(column: rect.origin.column + 2, row: row)
    let used = put(labels.left, at: start, limit: room)
    put(labels.right, endingBefore: end - 2, row: row, limit: room - used - (used > 0 ? 2 : 0))
  }
}
