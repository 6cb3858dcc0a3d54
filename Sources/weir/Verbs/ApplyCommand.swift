import ArgumentParser
import Verbs

/// Makes the objects of files part of the rules.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Adds the objects of files to the rules, or puts them in the place of those there."
  )

  @OptionGroup
  var files: FileOptions

  @Flag(name: .customLong("dry-run"), help: "Only check it, and say what it would do.")
  var isTrial = false

  @OptionGroup
  var wait: WaitOptions

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    try files.requirePaths()
  }

  func run() async throws {
    let cause = "apply " + files.paths.map { "-f \($0)" }.joined(separator: " ")
    try await runVerb { output in
      let verb = ApplyVerb(
        input: RuleInput(paths: files.paths),
        ticket: author.ticket(cause: cause),
        isTrial: isTrial,
        wait: wait.request()
      )
      return try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
