import CNcurses
import TerminalUI

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The life of the thread that owns ncurses: waits, reads keys, tells events, draws.
///
/// With nothing to do it sleeps in one `poll` and uses no time at all.
struct ScreenLoop: ~Copyable {
  private let screen: Screen
  private let mailbox: Mailbox
  private let events: AsyncStream<TerminalEvent>.Continuation
  /// Without a byte for so long, a paste whose end was not marked is over, lest keys are lost in it.
  private static let pastePatience = Duration.seconds(1)

  private let clock = ContinuousClock()
  private var painter = FramePainter()
  private var decoder = KeyDecoder()
  private var pacer: DrawPacer
  private var lastInput = ContinuousClock.now
  private var isHungUp = false

  init(
    screen: consuming Screen,
    mailbox: Mailbox,
    events: AsyncStream<TerminalEvent>.Continuation,
    drawInterval: Duration
  ) {
    self.screen = screen
    self.mailbox = mailbox
    self.events = events
    pacer = DrawPacer(interval: drawInterval)
  }

  /// Runs until the mailbox is closed.
  mutating func run() {
    while !mailbox.isClosing {
      drawIfDue()
      if mailbox.takeRepaint(), !isHungUp { painter.repaint(on: screen) }
      let woken = screen.wait(atMost: timeout(at: clock.now), watchesInput: !isHungUp)
      handleSignals()
      if woken.contains(.input) { readKeys() } else { endLatePaste() }
      if woken.contains(.hangUp) { hangUp() }
    }
  }

  /// The time until there is something to do without being woken; nil for never.
  private func timeout(at now: ContinuousClock.Instant) -> Duration? {
    let draw = mailbox.hasFrame ? pacer.delay(at: now) : nil
    guard decoder.isPasting else { return draw }
    let paste = ScreenLoop.pastePatience - (now - lastInput)
    return draw.map { min($0, paste) } ?? paste
  }

  private mutating func drawIfDue() {
    let now = clock.now
    guard pacer.delay(at: now) <= .zero, let frame = mailbox.takeFrame(), !isHungUp else { return }
    painter.paint(frame, on: screen)
    pacer.drew(at: now)
  }

  private mutating func readKeys() {
    guard screen.hasInput else {
      // Readable with nothing to read is how a terminal that is gone looks.
      hangUp()
      return
    }
    lastInput = clock.now
    var events: [TerminalEvent] = []
    while let code = screen.read() {
      decoder.decode(code, into: &events)
    }
    decoder.finishBatch(into: &events)
    for event in events { handle(event) }
  }

  private mutating func endLatePaste() {
    guard decoder.isPasting, clock.now - lastInput >= ScreenLoop.pastePatience else { return }
    var events: [TerminalEvent] = []
    decoder.endPaste(into: &events)
    for event in events { handle(event) }
  }

  private mutating func handle(_ event: TerminalEvent) {
    switch event {
    case .key(.control("c")):
      // By way of the handler, so that it counts among the requests to end.
      kill(getpid(), SIGINT)
    case .key(.control("z")):
      suspend()
    default:
      events.yield(event)
    }
  }

  private mutating func handleSignals() {
    while true {
      let signal = weir_next_signal()
      switch signal {
      case 0:
        return
      case SIGWINCH:
        resize()
      case SIGCONT:
        // Whoever had the terminal meanwhile may have left anything on it.
        resize()
        painter.repaint(on: screen)
      case SIGTSTP:
        suspend()
      default:
        events.yield(.interrupted(signal: signal))
      }
    }
  }

  private mutating func suspend() {
    screen.suspend()
    resize()
    painter.repaint(on: screen)
  }

  private mutating func resize() {
    guard screen.updateSize() else { return }
    events.yield(.resized(screen.size))
    painter.repaint(on: screen)
  }

  private mutating func hangUp() {
    guard !isHungUp else { return }
    isHungUp = true
    events.yield(.closed)
  }
}
