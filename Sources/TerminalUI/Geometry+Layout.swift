extension Rect {
  package var columns: Range<Int> { origin.column..<(origin.column + max(0, size.columns)) }
  package var rows: Range<Int> { origin.row..<(origin.row + max(0, size.rows)) }
  package var isEmpty: Bool { size.columns <= 0 || size.rows <= 0 }

  /// The rectangle inside a border of one cell.
  package var inner: Rect {
    Rect(
      column: origin.column + 1,
      row: origin.row + 1,
      columns: max(0, size.columns - 2),
      rows: max(0, size.rows - 2)
    )
  }

  /// What both cover; nil where they don't touch.
  package func intersection(_ other: Rect) -> Rect? {
    let left = max(columns.lowerBound, other.columns.lowerBound)
    let right = min(columns.upperBound, other.columns.upperBound)
    let top = max(rows.lowerBound, other.rows.lowerBound)
    let bottom = min(rows.upperBound, other.rows.upperBound)
    guard left < right, top < bottom else { return nil }
    return Rect(column: left, row: top, columns: right - left, rows: bottom - top)
  }

  /// Cuts it into rectangles one below the other, in proportion to the weights; all its rows are
  /// used and none is used twice.
  package func stacked(_ weights: [Int]) -> [Rect] {
    var top = origin.row
    return Rect.shares(of: size.rows, weights).map { rows in
      defer { top += rows }
      return Rect(column: origin.column, row: top, columns: size.columns, rows: rows)
    }
  }

  /// Cuts it into rectangles side by side, in proportion to the weights.
  package func sideBySide(_ weights: [Int]) -> [Rect] {
    var left = origin.column
    return Rect.shares(of: size.columns, weights).map { columns in
      defer { left += columns }
      return Rect(column: left, row: origin.row, columns: columns, rows: size.rows)
    }
  }

  private static func shares(of length: Int, _ weights: [Int]) -> [Int] {
    let total = max(1, weights.reduce(0, +))
    var sum = 0
    var used = 0
    return weights.map { weight in
      sum += weight
      let end = length * sum / total
      defer { used = end }
      return end - used
    }
  }
}
