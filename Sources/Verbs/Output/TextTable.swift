/// Rows under upper-case titles, in aligned columns.
package struct TextTable: Hashable, Sendable {
  private static let gap = "   "

  package var titles: [String]
  package var rows: [[String]]

  package init(_ titles: [String], rows: [[String]] = []) {
    self.titles = titles
    self.rows = rows
  }

  /// The titles' line, then one a row.
  package var lines: [String] {
    let widths = widths
    return [line(titles, widths)] + rows.map { line($0, widths) }
  }

  /// As ``lines``, but no line is wider than `width`: the last column gives way.
  package func lines(within width: Int) -> [String] {
    lines.map { $0.count <= width ? $0 : String($0.prefix(max(1, width - 1))) + "…" }
  }

  private var widths: [Int] {
    titles.indices.map { column in
      rows.reduce(titles[column].count) { max($0, column < $1.count ? $1[column].count : 0) }
    }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let text = cell.isEmpty ? "-" : cell
      guard column < cells.count - 1 else { return line + text }
      line += text + String(repeating: " ", count: widths[column] - text.count) + TextTable.gap
    }
    return line
  }
}
