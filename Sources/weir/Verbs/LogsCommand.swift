import ArgumentParser
import Verbs

/// Prints calls of the log.
struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Prints the calls that clients told of, one a line."
  )

  @Argument(help: "Only calls to this service: its host by any name.")
  var service: String?

  @Flag(name: [.customShort("f"), .customLong("follow")], help: "Go on with the calls to come.")
  var follows = false

  @Option(
    name: .customLong("version"),
    help: ArgumentHelp("Only what workloads of this version answered.", valueName: "v2")
  )
  var workloadVersion: String?

  @Option(help: ArgumentHelp("Only this client's.", valueName: "name"))
  var client: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Only with this gRPC status: 14, UNAVAILABLE, '!0'.", valueName: "code")
  )
  var code: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only calls that the console's filter finds by it.", valueName: "words")
  )
  var expression: String?

  @Option(
    help: ArgumentHelp("Only calls that began so long ago at most.", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--since") }
  )
  var since: DurationArgument?

  @Option(help: "How many of the calls that are there already, at most.")
  var tail = 2_000

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    guard tail >= 0 else { throw ValidationError("--tail is \(tail); want 0 or more") }
    _ = try conditions
  }

  func run() async throws {
    let verb = LogsVerb(
      service: service.map { ServiceName($0) },
      conditions: try conditions,
      tail: tail,
      follows: follows,
      since: since?.duration,
      isJSON: output == .json
    )
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }

  private var conditions: CallConditions {
    get throws {
      try validated {
        try CallConditions(
          version: workloadVersion,
          client: client,
          code: code,
          expression: expression
        )
      }
    }
  }
}
