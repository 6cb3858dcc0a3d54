import CNcurses
import Synchronization
import TerminalUI

/// What other threads leave for the one that draws.
final class Mailbox: Sendable {
  private struct Content {
    var frame: Frame?
    var wantsRepaint = false
    var isClosing = false
  }

  private let content = Mutex(Content())

  var isClosing: Bool { content.withLock { $0.isClosing } }
  var hasFrame: Bool { content.withLock { $0.frame != nil } }

  /// Leaves a frame in the place of one that was not taken yet.
  func put(_ frame: Frame) {
    let isFirst = content.withLock { content in
      defer { content.frame = frame }
      return content.frame == nil
    }
    // The thread already knows of a frame that it has not taken.
    if isFirst { weir_wake() }
  }

  func takeFrame() -> Frame? {
    content.withLock { $0.frame.take() }
  }

  func requestRepaint() {
    content.withLock { $0.wantsRepaint = true }
    weir_wake()
  }

  /// Whether the screen is to be drawn from nothing; false when asked again.
  func takeRepaint() -> Bool {
    content.withLock { content in
      defer { content.wantsRepaint = false }
      return content.wantsRepaint
    }
  }

  func close() {
    content.withLock { $0.isClosing = true }
    weir_wake()
  }
}
