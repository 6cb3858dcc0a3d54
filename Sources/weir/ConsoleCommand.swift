import ArgumentParser
import MeshPicture
import MeshRuntime
import NcursesTerminal
import UnixSignals

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Opens the console on a mesh that this process hosts; without a terminal, prints lines.
struct ConsoleCommand: AsyncParsableCommand {
  enum Output: String, CaseIterable, ExpressibleByArgument {
    case lines, json
  }

  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Opens the console on a mesh (what weir does without a subcommand).",
    discussion: "Where stdin or stdout is not a terminal it prints one line a second instead."
  )

  @OptionGroup
  var options: EngineOptions

  @Flag(help: "Print one line a second instead of opening the console.")
  var plain = false

  @Option(
    name: .shortAndLong,
    help: "What to print instead of opening the console: lines or json, one a second."
  )
  var output: Output?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a line is printed (default: 1s).", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--every") }
  )
  var every = DurationArgument(.seconds(1))

  @Option(
    name: .customLong("for"),
    parsing: .unconditional,
    help: ArgumentHelp("End after this long: 500ms, 10s, 2m.", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--for") }
  )
  var limit: DurationArgument?

  @Flag(name: .customLong("no-color"), help: "Use no colours; NO_COLOR does the same.")
  var noColor = false

  func run() async throws {
    try await reportingErrors {
      if plain || output != nil || isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 {
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
    let reporter = PlainReporter(
      engine: host.engine,
      isJSON: output == .json,
      interval: every.duration,
      limit: limit?.duration
    )
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
        engine: host.engine
      )
      return await runner.run(atMost: limit?.duration)
    }
    if case .signal(let number) = ending { throw ExitStatus.signal(number) }
  }
}
