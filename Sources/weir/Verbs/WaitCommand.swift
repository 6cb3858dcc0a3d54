import ArgumentParser
import Verbs

/// Waits until the newest rules are where they should be.
struct WaitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Waits until the newest rules of a service are acknowledged, in effect or observed.",
    discussion: "Says on stderr why it isn't so, where it ends without."
  )

  @Argument(help: "The service: its host by any name, or its VirtualService.")
  var service: String

  @Option(name: .customLong("for"), help: "What to wait for.")
  var condition: WaitRequest.Condition

  @Option(help: ArgumentHelp("Only this rule, from 1, with observed.", valueName: "number"))
  var rule: Int?

  @OptionGroup
  var patience: PatienceOptions

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = WaitVerb(
      patience.request(condition, rule: rule),
      service: service,
      isJSON: output == .json
    )
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
