/// The signs that a screen is drawn with: Unicode's, or their stand-ins in ASCII.
package struct Glyphs: Hashable, Sendable {
  package let isUnicode: Bool

  package init(isUnicode: Bool) {
    self.isUnicode = isUnicode
  }

  package var ellipsis: String { isUnicode ? "…" : "~" }
  /// The line that the operator is on, in the focused pane and elsewhere.
  package var pointer: String { isUnicode ? "▸" : ">" }
  package var idlePointer: String { isUnicode ? "▹" : "-" }
  package var arrow: String { isUnicode ? "→" : "->" }
  package var plusMinus: String { isUnicode ? "±" : "+-" }
  /// Ties a line to the one above it.
  package var branch: String { isUnicode ? "└" : "`" }
  package var dot: String { isUnicode ? "·" : "-" }

  var horizontal: Character { isUnicode ? "─" : "-" }
  var vertical: Character { isUnicode ? "│" : "|" }
  var topLeft: Character { isUnicode ? "┌" : "+" }
  var topRight: Character { isUnicode ? "┐" : "+" }
  var bottomLeft: Character { isUnicode ? "└" : "+" }
  var bottomRight: Character { isUnicode ? "┘" : "+" }

  /// A bar of `columns` cells, filled as far as the share says, to an eighth of a cell.
  ///
  /// Shares are from 0 to 1; what lies outside counts as the nearer end. `marker` is a share to
  /// mark with a line across; nil for none.
  package func bar(share: Double, columns: Int, marker: Double? = nil) -> String {
    guard columns > 0 else { return "" }
    var cells: [Character] =
      isUnicode ? blockCells(share, columns) : hashCells(share, columns)
    if let marker {
      let place = min(columns - 1, Glyphs.part(marker, of: columns))
      cells[place] = isUnicode ? "┃" : "|"
    }
    return String(cells)
  }

  /// One character a value, its height the value's part of `ceiling`; a nil value shows as a gap.
  package func sparkline(_ values: [Double?], ceiling: Double) -> String {
    let steps: [Character] = isUnicode ? Array("▁▂▃▄▅▆▇█") : Array(".:-=+*#")
    return String(
      values.map { value in
        guard let value, ceiling > 0 else { return " " }
        return steps[min(steps.count - 1, Glyphs.floorPart(value / ceiling, of: steps.count))]
      }
    )
  }

  private func blockCells(_ share: Double, _ columns: Int) -> [Character] {
    let eighths = Glyphs.part(share, of: columns * 8)
    let parts: [Character] = ["░", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
    return (0..<columns).map { parts[min(8, max(0, eighths - $0 * 8))] }
  }

  private func hashCells(_ share: Double, _ columns: Int) -> [Character] {
    let filled = Glyphs.part(share, of: columns)
    return (0..<columns).map { $0 < filled ? "#" : "." }
  }

  /// A share of a whole number, rounded to the nearest.
  private static func part(_ share: Double, of whole: Int) -> Int {
    Int(clamped(share) * Double(whole) + 0.5)
  }

  private static func floorPart(_ share: Double, of whole: Int) -> Int {
    Int(clamped(share) * Double(whole))
  }

  private static func clamped(_ share: Double) -> Double {
    share > 0 ? min(share, 1) : 0
  }
}
