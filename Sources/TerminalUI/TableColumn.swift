/// A column of a table: how much room it wants, and how soon it gives way.
package struct TableColumn: Hashable, Sendable {
  package var title: String
  package var minimum: Int
  /// Where there is room left, it grows as far as this.
  package var ideal: Int
  package var alignment: Span.Alignment
  /// Columns with the highest rank are left out first; those of rank 0 never are.
  package var rank: Int

  package init(
    _ title: String,
    _ minimum: Int,
    ideal: Int? = nil,
    alignment: Span.Alignment = .left,
    rank: Int = 0
  ) {
    self.title = title
    self.minimum = minimum
    self.ideal = max(minimum, ideal ?? minimum)
    self.alignment = alignment
    self.rank = rank
  }
}

/// The columns of a table that fit a width.
package struct TableLayout: Hashable, Sendable {
  /// The width of each column, in order; nil for one that is left out.
  package let widths: [Int?]
  private let columns: [TableColumn]
  private let gap: Int

  /// Leaves columns out until the rest fits, then lets those that are left grow.
  package init(_ columns: [TableColumn], available: Int, gap: Int = 2) {
    var shown = Array(columns.indices)
    func needed() -> Int {
      shown.reduce(0) { $0 + columns[$1].minimum } + gap * max(0, shown.count - 1)
    }
    while needed() > available,
      let last = shown.filter({ columns[$0].rank > 0 }).max(by: {
        columns[$0].rank < columns[$1].rank
      })
    {
      shown.removeAll { $0 == last }
    }
    var widths: [Int?] = Array(repeating: nil, count: columns.count)
    var left = available - needed()
    for index in shown { widths[index] = columns[index].minimum }
    for index in shown.sorted(by: { columns[$0].rank < columns[$1].rank }) where left > 0 {
      let growth = min(left, columns[index].ideal - columns[index].minimum)
      widths[index] = columns[index].minimum + growth
      left -= growth
    }
    self.widths = widths
    self.columns = columns
    self.gap = gap
  }

  package func shows(_ index: Int) -> Bool { widths[index] != nil }

  package func header(style: Style) -> Line {
    row(columns.map { Span($0.title, style: style) })
  }

  /// A row of cells, one a column, those that are left out included.
  package func row(_ cells: [Span]) -> Line {
    var line = Line.blank
    for (index, cell) in cells.enumerated() {
      guard let width = widths[index] else { continue }
      if !line.spans.isEmpty { line.space(gap) }
      line.add(
        cell.text,
        columns: width,
        alignment: columns[index].alignment,
        style: cell.style
      )
    }
    return line
  }
}
