import ArgumentParser
import Verbs

/// Prints what rules ask for beside what responses say.
struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Prints what rules ask for beside what responses say, again and again."
  )

  @Argument(help: "Only this service: its host by any name.")
  var service: String?

  @Flag(name: .customLong("once"), help: "Print it once.")
  var isOnce = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Count only so much time (default: all since the rule changed).",
      valueName: "duration"
    ),
    transform: { try DurationArgument(parsing: $0, flag: "--window") }
  )
  var window: DurationArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often it is printed (default: 2s).", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--every") }
  )
  var every = DurationArgument(.seconds(2))

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = TopVerb(
      service: service,
      isOnce: isOnce,
      window: window?.duration,
      interval: every.duration,
      isJSON: output == .json
    )
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
