import AdminAPI
import ArgumentParser
import MeshPicture
import NcursesTerminal
import UnixSignals

/// Opens the console on an engine that runs already; closing it leaves the engine running.
struct AttachCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Opens the console on an engine that runs already, such as weir serve's.",
    discussion: """
      Closing it leaves the engine running. Several may be open on one engine. Where stdin or stdout \
      is not a terminal it prints one line a second instead.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The engine: its socket's path, or host:port; as --engine.",
      valueName: "address"
    )
  )
  var address: String?

  @OptionGroup
  var engine: EngineClientOptions

  @OptionGroup
  var display: DisplayOptions

  func validate() throws {
    guard address == nil || engine.address == nil else {
      throw ValidationError("the engine's address is given twice, by itself and with --engine")
    }
  }

  func run() async throws {
    try await reportingErrors {
      var options = engine
      options.address = address ?? engine.address
      try await options.withEngine { engine in
        // An engine that isn't there is told before a screen comes up.
        _ = try await engine.identity()
        if display.wantsLines {
          try await printLines(of: engine)
        } else {
          try await openConsole(on: engine)
        }
      }
    }
  }

  private func printLines(of engine: any EngineOperations) async throws {
    let reporter = PlainReporter(engine: engine, display)
    let ending = try await untilSignalled { try await reporter.run() }
    if case .signalled(let signal) = ending { throw ExitStatus.signal(signal.rawValue) }
  }

  private func openConsole(on engine: any EngineOperations) async throws {
    let terminal = try NcursesTerminal(.init(colors: self.engine.noColor ? false : nil))
    let end: ConsoleRunner.End
    do {
      defer { terminal.close() }
      let runner = ConsoleRunner(
        terminal: terminal,
        size: terminal.initialSize,
        engine: engine,
        isHere: false
      )
      end = await runner.run(atMost: display.limit?.duration)
    }
    if case .signal(let number) = end { throw ExitStatus.signal(number) }
  }
}
