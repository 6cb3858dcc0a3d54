import Console
import MeshModel
import MeshRuntime
import SystemClock
import TerminalUI

/// Runs the console on a terminal: keys go in, effects reach the engine, frames come out.
actor ConsoleRunner {
  /// Why the console ended.
  enum End: Equatable {
    case quit
    /// The process was asked to end; the signal's number.
    case signal(Int32)
  }

  /// At most 30 frames a second.
  private static let frameTime = Duration.milliseconds(33)

  private let terminal: any Terminal
  private let engine: MeshEngine
  private var model: ConsoleModel
  private var shown: Frame?
  private var end: End?

  init(terminal: any Terminal, size: Size, engine: MeshEngine) {
    self.terminal = terminal
    self.engine = engine
    model = ConsoleModel(
      size: size,
      capabilities: terminal.capabilities,
      utcOffsetSeconds: Timestamp.utcOffsetSeconds()
    )
  }

  /// Runs until the operator quits, the terminal goes away, the process is asked to end or the time
  /// is over.
  func run(atMost limit: Duration?) async -> End {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.readEvents() }
      group.addTask { await self.drawFrames() }
      if let limit { group.addTask { try? await Task.sleep(for: limit) } }
      await group.next()
      group.cancelAll()
    }
    return end ?? .quit
  }

  private func readEvents() async {
    for await event in terminal.events {
      handle(event)
      if end != nil { return }
    }
  }

  private func drawFrames() async {
    while end == nil {
      update(.picture(engine.picture()))
      draw()
      guard (try? await Task.sleep(for: Self.frameTime)) != nil else { return }
    }
  }

  private func handle(_ event: TerminalEvent) {
    switch event {
    case .key(let key): update(.key(key))
    case .paste(let text): update(.paste(text))
    case .resized(let size): update(.resized(size))
    case .interrupted(let signal): end = .signal(signal)
    case .closed: end = .signal(Self.hangUp)
    }
  }

  private static let hangUp: Int32 = 1

  private func update(_ message: ConsoleMessage) {
    let time = MonotonicTime.now()
    for effect in model.update(message) { perform(effect, keyTime: time) }
  }

  private func perform(_ effect: ConsoleEffect, keyTime: MonotonicTime) {
    do {
      switch effect {
      case .apply(let edit):
        _ = try engine.apply(edit, keyTime: keyTime, author: "operator")
      case .undo:
        _ = try engine.undo(keyTime: keyTime, author: "operator")
      case .redo:
        _ = try engine.redo(keyTime: keyTime, author: "operator")
      case .setCallFilter(let words):
        engine.setCallFilter(words)
      case .redraw:
        terminal.redraw()
      case .quit:
        end = .quit
      }
    } catch {
      update(.actionFailed("\(error)"))
    }
  }

  /// Shows the frame, unless it is what the screen shows already.
  private func draw() {
    let frame = view(model)
    guard frame != shown else { return }
    shown = frame
    terminal.show(frame)
  }
}
