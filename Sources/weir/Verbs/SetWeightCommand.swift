import ArgumentParser
import Verbs

/// Sets a rule's weights.
struct SetWeightCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-weight",
    abstract: "Sets the weights of a rule: v1=90 v2=10, v2=25%, 3:1 or even.",
    discussion: """
      Destinations are named by their subset. Where all are named, these are the weights; one alone \
      gets its share from the others, as a weight that is typed in the console.
      """
  )

  @Argument(help: "The service: its host by any name, or its VirtualService.")
  var service: String

  @Argument(help: "v1=90 v2=10, v2=25%, 3:1 or even.")
  var weights: [String]

  @Option(help: ArgumentHelp("Which rule, from 1, where several have them.", valueName: "number"))
  var rule: Int?

  @OptionGroup
  var wait: WaitOptions

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    _ = try validated { try WeightsArgument(weights) }
  }

  func run() async throws {
    let cause = (["set-weight", service] + weights).joined(separator: " ")
    let verb = SetWeightVerb(
      service: service,
      weights: try validated { try WeightsArgument(weights) },
      rule: rule,
      ticket: author.ticket(cause: cause),
      wait: wait.request(rule: rule)
    )
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
