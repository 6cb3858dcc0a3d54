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
      let host = try EngineHost(
        options,
        onMessage: { $0.print() },
        logger: LogFile.logger(path: options.logFile)
      )
      for warning in host.warnings { HostMessage.warning(warning).print() }
      // Whoever reads that it serves may stop it at once.
      let arrivals = await UnixSignalsSequence(trapping: [.sigint, .sigterm, .sighup])
      let ending = try await host.run {
        try await untilSignalled(by: arrivals) { await sleepForever() }
      }
      // SIGTERM is how a service is meant to be stopped.
      if case .signalled(let signal) = ending, signal != .sigterm {
        throw ExitStatus.signal(signal.rawValue)
      }
    }
  }
}
