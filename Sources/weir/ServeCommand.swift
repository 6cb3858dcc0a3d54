import ArgumentParser
import UnixSignals

/// Runs the engine without a console.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Runs the engine without a console, until SIGTERM or Ctrl-C."
  )

  @OptionGroup
  var options: EngineOptions

  func run() async throws {
    try await reportingErrors {
      let host = try EngineHost(options, logger: LogFile.logger(path: options.logFile))
      for warning in host.warnings { printMessage("warning: \(warning)") }
      let ending = try await host.run {
        try await untilSignalled { await sleepForever() }
      }
      // SIGTERM is how a service is meant to be stopped.
      if case .signalled(let signal) = ending, signal != .sigterm {
        throw ExitStatus.signal(signal.rawValue)
      }
    }
  }
}
