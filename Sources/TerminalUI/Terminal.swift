/// A key as the operator pressed it.
package enum Key: Hashable, Sendable {
  /// A printable character; upper case where shift was held.
  case character(Character)
  /// Control and a lower-case letter.
  case control(Character)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right
  case home, end, pageUp, pageDown
  /// F1 is 1.
  case function(Int)
}

/// What comes from a terminal.
package enum TerminalEvent: Hashable, Sendable {
  case key(Key)
  /// Text that was pasted in one go, as it is: line ends and control characters too.
  case paste(String)
  case resized(Size)
  /// The process was asked to end, by signal or by hang-up; the number is the signal's.
  case interrupted(signal: Int32)
  /// The terminal went away.
  case closed
}

extension TerminalEvent {
  /// A longer paste is cut off, in bytes.
  package static let maximumPaste = 65_536
}

package struct TerminalCapabilities: Hashable, Sendable {
  /// 0 where there are none or they are not wanted.
  package var colors: Int
  /// Whether characters beyond ASCII can be shown.
  package var isUnicode: Bool

  package init(colors: Int, isUnicode: Bool) {
    self.colors = colors
    self.isUnicode = isUnicode
  }
}

/// A screen with a keyboard.
package protocol Terminal: Sendable {
  var capabilities: TerminalCapabilities { get }
  /// For one reader; nothing typed is lost while the reader is busy.
  var events: AsyncStream<TerminalEvent> { get }
  /// Shows a frame; returns at once. A frame that comes before the last one is drawn replaces it.
  func show(_ frame: Frame)
  /// Draws every cell of the last frame anew, because something else wrote to the terminal.
  func redraw()
  /// Gives the terminal back as it was; later calls do nothing.
  func close()
}
