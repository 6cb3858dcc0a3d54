import CNcurses
import Dispatch
import Synchronization
package import TerminalUI

/// The real terminal.
///
/// One thread owns ncurses; all else reaches it through a mailbox.
///
/// While it is open it handles SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGCONT and SIGTSTP itself; no
/// one else in the process may. The third request to end that finds the process still there ends it
/// at once. The terminal is given back by ``close()``, at exit, and before the process dies of a
/// signal, a crash's included; it then dies at once, without the Swift runtime's backtrace.
package final class NcursesTerminal: Terminal {
  /// Events that wait for a slow reader; a pasted page fits many times.
  private static let eventCapacity = 16_384
  /// How long ``close()`` waits for a thread that may be stuck in a write to a dead line.
  private static let patience = DispatchTimeInterval.seconds(1)

  package let capabilities: TerminalCapabilities
  package let events: AsyncStream<TerminalEvent>
  package let initialSize: Size
  /// What the operator should know about the terminal, such as a locale that is not installed.
  package let warning: String?

  private let mailbox: Mailbox
  private let ended = DispatchSemaphore(value: 0)
  private let isClosed = Mutex(false)

  /// Takes the terminal over.
  ///
  /// The first event is its size.
  ///
  /// - Throws: ``TerminalError`` before anything was written to the terminal.
  package init(_ options: Options = Options()) throws(TerminalError) {
    let locale = weir_locale_set(options.locale)
    let mailbox = Mailbox()
    let (events, continuation) = AsyncStream.makeStream(
      of: TerminalEvent.self,
      bufferingPolicy: .bufferingOldest(NcursesTerminal.eventCapacity)
    )
    let ended = ended
    let opened = try NcursesTerminal.onNewThread { (report) in
      defer { ended.signal() }
      do throws(TerminalError) {
        let screen = try Screen(options)
        continuation.yield(.resized(screen.size))
        report(.success(Opened(colors: screen.colors, size: screen.size)))
        var loop = ScreenLoop(
          screen: screen,
          mailbox: mailbox,
          events: continuation,
          drawInterval: options.drawInterval
        )
        loop.run()
      } catch {
        report(.failure(error))
      }
      continuation.finish()
    }
    self.mailbox = mailbox
    self.events = events
    initialSize = opened.size
    capabilities = TerminalCapabilities(
      colors: opened.colors,
      isUnicode: locale == WEIR_LOCALE_UNICODE
    )
    warning =
      locale == WEIR_LOCALE_MISSING
      ? "the locale that LC_ALL, LC_CTYPE or LANG names is not installed; drawing in ASCII" : nil
  }

  deinit {
    close()
  }

  package func show(_ frame: Frame) {
    mailbox.put(frame)
  }

  package func redraw() {
    mailbox.requestRepaint()
  }

  package func close() {
    isClosed.withLock { isClosed in
      guard !isClosed else { return }
      isClosed = true
      mailbox.close()
      if ended.wait(timeout: .now() + NcursesTerminal.patience) == .timedOut {
        weir_restore_terminal()
      }
    }
  }

  private struct Opened: Sendable {
    var colors: Int
    var size: Size
  }

  /// Runs a body on a thread of its own and waits for what it reports first.
  private static func onNewThread(
    _ body: @escaping @Sendable (@Sendable (Result<Opened, TerminalError>) -> Void) -> Void
  ) throws(TerminalError) -> Opened {
    let result = Report()
    let isStarted = DedicatedThread.start {
      body { result.set($0) }
    }
    guard isStarted else {
      throw TerminalError(.failed, "the system gives no thread for the terminal; use --plain")
    }
    return try result.wait().get()
  }

  private final class Report: Sendable {
    private let value = Mutex<Result<Opened, TerminalError>?>(nil)
    private let isSet = DispatchSemaphore(value: 0)

    func set(_ result: Result<Opened, TerminalError>) {
      value.withLock { $0 = result }
      isSet.signal()
    }

    func wait() -> Result<Opened, TerminalError> {
      isSet.wait()
      return value.withLock { $0 }
        ?? .failure(TerminalError(.failed, "the terminal's thread ended early"))
    }
  }
}
