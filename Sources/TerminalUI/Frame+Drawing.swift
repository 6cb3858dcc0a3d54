extension Frame {
  /// Draws a text from a point to the right, and says how many columns it took.
  ///
  /// What doesn't fit in `limit` columns or in the frame is cut off; half of a wide character is
  /// never drawn. All text is drawn as ``SafeText`` says.
  @discardableResult
  package mutating func put(
    _ text: String,
    at point: Point,
    limit: Int = .max,
    style: Style = .plain
  ) -> Int {
    guard point.row >= 0, point.row < size.rows, limit > 0 else { return 0 }
    let end = limit < size.columns - point.column ? point.column + limit : size.columns
    guard end > 0, point.column < end else { return 0 }
    let row = point.row * size.columns
    let column =
      SafeText.isPlain(text)
      ? putPlain(text, row: row, column: point.column, end: end, style: style)
      : putCells(of: text, row: row, column: point.column, end: end, style: style)
    mendEdges(row: row, from: max(0, point.column), to: column)
    return max(0, column - point.column)
  }

  /// Fills a rectangle with one narrow character.
  package mutating func fill(_ rect: Rect, with character: Character = " ", style: Style = .plain) {
    guard let rect = rect.intersection(Rect(origin: Point(column: 0, row: 0), size: size)) else {
      return
    }
    let cell = Cell(character: character, style: style)
    for row in rect.rows {
      let start = row * size.columns
      for column in rect.columns { cells[start + column] = cell }
      mendEdges(row: start, from: rect.columns.lowerBound, to: rect.columns.upperBound)
    }
  }

  /// Changes how the cells of a rectangle look, not what they say.
  package mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    guard let rect = rect.intersection(Rect(origin: Point(column: 0, row: 0), size: size)) else {
      return
    }
    for row in rect.rows {
      for column in rect.columns { change(&cells[row * size.columns + column].style) }
    }
  }

  private mutating func putPlain(
    _ text: String,
    row: Int,
    column start: Int,
    end: Int,
    style: Style
  ) -> Int {
    var column = start
    for byte in text.utf8 {
      guard column < end else { break }
      if column >= 0 {
        cells[row + column] = Cell(
          safe: Character(Unicode.Scalar(byte)),
          style: style,
          isContinuation: false
        )
      }
      column += 1
    }
    return column
  }

  private mutating func putCells(
    of text: String,
    row: Int,
    column start: Int,
    end: Int,
    style: Style
  ) -> Int {
    var column = start
    SafeText.forEachCell(of: text, isUnicode: isUnicode) { character, columns in
      guard column + columns <= end else { return false }
      if column >= 0 {
        cells[row + column] = Cell(safe: character, style: style, isContinuation: false)
        if columns == 2 {
          cells[row + column + 1] = Cell(safe: " ", style: style, isContinuation: true)
        }
      } else if column + columns > 0 {
        cells[row] = Cell(safe: " ", style: style, isContinuation: false)
      }
      column += columns
      return true
    }
    return column
  }

  /// Blanks the halves of wide characters that were cut by drawing the columns from `start` to `end`.
  private mutating func mendEdges(row: Int, from start: Int, to end: Int) {
    guard start < end else { return }
    if start > 0, !cells[row + start].isContinuation, isWide(row: row, column: start - 1) {
      cells[row + start - 1] = Cell(
        safe: " ",
        style: cells[row + start - 1].style,
        isContinuation: false
      )
    }
    if end < size.columns, cells[row + end].isContinuation {
      cells[row + end].isContinuation = false
    }
  }

  /// Whether the cell holds a wide character, so that the next must be its right half.
  private func isWide(row: Int, column: Int) -> Bool {
    let character = cells[row + column].character
    guard !cells[row + column].isContinuation, character.utf8.count > 1 else { return false }
    return character.unicodeScalars.first.map { ScalarClass($0) == .wide } ?? false
  }
}
