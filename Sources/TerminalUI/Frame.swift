/// What the whole screen shows: a grid of cells.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// Whether characters beyond ASCII may stand in it; where not, they are drawn as `?`.
  package let isUnicode: Bool
  /// Row by row, `size.columns * size.rows` of them.
  package internal(set) var cells: [Cell]
  /// Where the cursor shows; nil hides it.
  package var cursor: Point?

  package init(size: Size, isUnicode: Bool = true) {
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
    self.isUnicode = isUnicode
    cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
  }

  /// The cell at a point inside the frame.
  package subscript(_ point: Point) -> Cell {
    get { cells[point.row * size.columns + point.column] }
    set { cells[point.row * size.columns + point.column] = newValue }
  }
}
