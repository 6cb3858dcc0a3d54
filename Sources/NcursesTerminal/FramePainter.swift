import TerminalUI

/// Puts frames on a screen, touching only what differs from the frame before.
struct FramePainter {
  private var drawn: Frame?
  private var drawnOn: Size?

  /// Draws a frame; where its size is not the screen's, the part that fits.
  mutating func paint(_ frame: Frame, on screen: borrowing Screen) {
    let size = screen.size
    guard frame != drawn || size != drawnOn else { return }
    let isContinued = drawn?.size == frame.size && drawnOn == size
    if !isContinued { screen.erase() }
    put(frame, over: isContinued ? drawn : nil, size: size, on: screen)
    let cursor = frame.cursor.flatMap { point in
      size.contains(point) ? point : nil
    }
    screen.flush(cursor: cursor)
    drawn = frame
    drawnOn = size
  }

  /// Draws the last frame again, from nothing.
  mutating func repaint(on screen: borrowing Screen) {
    screen.redrawAll()
    drawnOn = nil
    guard let drawn else { return }
    paint(drawn, on: screen)
  }

  private func put(_ frame: Frame, over old: Frame?, size: Size, on screen: borrowing Screen) {
    let columns = min(frame.size.columns, size.columns)
    for row in 0..<min(frame.size.rows, size.rows) {
      for column in 0..<columns {
        let index = row * frame.size.columns + column
        let cell = frame.cells[index]
        guard !cell.isContinuation, old?.cells[index] != cell else { continue }
        let isWide = column + 1 < columns && frame.cells[index + 1].isContinuation
        screen.put(cell, at: Point(column: column, row: row), width: isWide ? 2 : 1)
      }
    }
  }
}

extension Size {
  fileprivate func contains(_ point: Point) -> Bool {
    0..<columns ~= point.column && 0..<rows ~= point.row
  }
}
