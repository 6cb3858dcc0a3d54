import ArgumentParser
import MeshPicture
import MeshRuntime
import NcursesTerminal
import UnixSignals

/// Opens the console on a mesh that this process hosts; without a terminal, prints lines.
struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Opens the console on a mesh (what weir does without a subcommand).",
    discussion: "Where stdin or stdout is not a terminal it prints one line a second instead."
  )

  @OptionGroup
  var options: EngineOptions

  @OptionGroup
  var display: DisplayOptions

  @Flag(name: .customLong("no-color"), help: "Use no colours; NO_COLOR does the same.")
  var noColor = false

  func run() async throws {
    try await reportingErrors {
      if display.wantsLines {
        try await printLines()
      } else {
        try await openConsole()
      }
    }
  }

  private func printLines() async throws {
    let host = try EngineHost(
      options,
      onMessage: { if case .warning = $0 { $0.print() } },
      logger: LogFile.logger(path: options.logFile)
    )
    for warning in host.warnings { HostMessage.warning(warning).print() }
    let reporter = PlainReporter(engine: host.engine, display)
    let ending = try await host.run {
      try await untilSignalled { try await reporter.run() }
    }
    if case .signalled(let signal) = ending { throw ExitStatus.signal(signal.rawValue) }
  }

  private func openConsole() async throws {
    let host = try EngineHost(options, logger: LogFile.logger(path: options.logFile))
    let ending = try await host.run {
      let terminal = try NcursesTerminal(.init(colors: noColor ? false : nil))
      defer { terminal.close() }
      if let warning = terminal.warning {
        host.engine.note(source: "terminal", text: warning, severity: .warning)
      }
      let runner = ConsoleRunner(
        terminal: terminal,
        size: terminal.initialSize,
        engine: host.engine,
        isHere: true
      )
      return await runner.run(atMost: display.limit?.duration)
    }
    if case .signal(let number) = ending { throw ExitStatus.signal(number) }
  }
}
