import Console
import MeshModel
import MeshPicture
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
  /// From one attempt to reach an engine that went away to the next.
  private static let retryTime = Duration.milliseconds(300)

  private let terminal: any Terminal
  private let engine: any EngineOperations
  /// Whether the engine is in this process, where a change is made before the next key is read.
  private let isHere: Bool
  private let changes = AsyncStream.makeStream(
    of: RuleChange.self,
    bufferingPolicy: .bufferingOldest(256)
  )
  private let questions = AsyncStream.makeStream(
    of: EngineQuestion.self,
    bufferingPolicy: .bufferingNewest(16)
  )
  private var model: ConsoleModel
  private var request = PictureRequest(interval: frameTime)
  private var viewer: AsyncStream<PictureRequest>.Continuation?
  /// Questions that are not answered yet, by kind; of each only the newest matters.
  private var openQuestions: [EngineQuestion.Kind: EngineQuestion] = [:]
  private var shown: Frame?
  private var isDrawn = false
  private var end: End?

  init(terminal: any Terminal, size: Size, engine: any EngineOperations, isHere: Bool) {
    self.terminal = terminal
    self.engine = engine
    self.isHere = isHere
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
      group.addTask { await self.watchPictures() }
      group.addTask { await self.drawFrames() }
      group.addTask { await self.makeChanges() }
      group.addTask { [engine, questions] in
        for await question in questions.stream where await self.isOpen(question) {
          await self.take(engine.answer(question), to: question)
        }
      }
      if let limit { group.addTask { try? await Task.sleep(for: limit) } }
      await group.next()
      group.cancelAll()
    }
    return end ?? .quit
  }
}

// What comes in.
extension ConsoleRunner {
  private static let hangUp: Int32 = 1

  private func readEvents() async {
    for await event in terminal.events {
      switch event {
      case .key(let key): await update(.key(key))
      case .paste(let text): await update(.paste(text))
      case .resized(let size): await update(.resized(size))
      case .interrupted(let signal): end = .signal(signal)
      case .closed: end = .signal(Self.hangUp)
      }
      if end != nil { return }
    }
  }

  /// Takes in pictures; where the engine goes away, keeps the last and looks for it.
  private func watchPictures() async {
    while !Task.isCancelled {
      let (views, viewer) = AsyncStream.makeStream(
        of: PictureRequest.self,
        bufferingPolicy: .bufferingNewest(1)
      )
      self.viewer = viewer
      viewer.yield(request)
      do {
        for try await picture in engine.pictures(views) {
          await update(.picture(picture))
          draw()
        }
        await update(.engineGone("the engine ended"))
      } catch {
        await update(.engineGone("\(error)"))
      }
      try? await Task.sleep(for: Self.retryTime)
    }
  }

  private func isOpen(_ question: EngineQuestion) -> Bool {
    openQuestions[question.kind] == question
  }

  private func take(_ answer: EngineAnswer, to question: EngineQuestion) async {
    guard isOpen(question) else { return }
    openQuestions[question.kind] = nil
    await update(.answer(answer, to: question))
  }

  private func update(_ message: ConsoleMessage) async {
    let time = MonotonicTime.now()
    isDrawn = false
    for effect in model.update(message) { await perform(effect, asked: time) }
  }
}

// What goes out.
extension ConsoleRunner {
  private func perform(_ effect: ConsoleEffect, asked time: MonotonicTime) async {
    switch effect {
    case .apply(let edit): await order(.edit(edit), asked: time)
    case .undo: await order(.undo, asked: time)
    case .redo: await order(.redo, asked: time)
    case .rollback(let number): await order(.rollback(to: number), asked: time)
    case .ask(let question):
      openQuestions[question.kind] = question
      questions.continuation.yield(question)
    case .setCallFilter(let words):
      request.callFilter = words
      viewer?.yield(request)
    case .redraw:
      terminal.redraw()
    case .quit:
      end = .quit
    }
  }

  /// Has a change made: at once by an engine of this process; by another one in the order of the
  /// keys, without their waiting for it.
  private func order(_ action: RuleChange.Action, asked time: MonotonicTime) async {
    var change = RuleChange(action, asked: time)
    if isHere {
      await make(change)
    } else {
      // Who it is the engine knows.
      change.author = ""
      changes.continuation.yield(change)
    }
  }

  private func makeChanges() async {
    for await change in changes.stream { await make(change) }
  }

  private func make(_ change: RuleChange) async {
    do {
      _ = try await engine.change(change)
    } catch {
      await update(.actionFailed("\(error)"))
    }
  }

  /// Draws what keys changed; pictures are drawn when they come.
  private func drawFrames() async {
    while (try? await Task.sleep(for: Self.frameTime)) != nil {
      if !isDrawn { draw() }
    }
  }

  /// Shows the frame, unless it is what the screen shows already.
  private func draw() {
    isDrawn = true
    let frame = view(model)
    guard frame != shown else { return }
    shown = frame
    terminal.show(frame)
  }
}

extension EngineQuestion {
  fileprivate enum Kind: Hashable {
    case explain, check, history, objects, difference
  }

  fileprivate var kind: Kind {
    switch self {
    case .explain: .explain
    case .check: .check
    case .history: .history
    case .objects: .objects
    case .difference: .difference
    }
  }
}
