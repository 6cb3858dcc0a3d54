import ArgumentParser
import Verbs

/// Lists the newest revisions.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Lists revisions, newest first: when, who, by what, and what changed."
  )

  @Option(help: "How many at most.")
  var limit = 20

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit is \(limit); want a number above 0") }
  }

  func run() async throws {
    let verb = HistoryVerb(limit: limit, isJSON: output == .json)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Goes back to an earlier revision.
struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Makes the rules of an earlier revision the newest: the one before, or --to N."
  )

  @Option(name: .customLong("to"), help: ArgumentHelp("The revision.", valueName: "number"))
  var target: UInt64?

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    try await run(.rollback(to: target), "rollback", author, engine)
  }
}

/// Takes the newest change back.
struct UndoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Takes the newest change back, as z does in the console."
  )

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    try await run(.undo, "undo", author, engine)
  }
}

/// Makes a change again that was undone.
struct RedoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redo",
    abstract: "Makes the change again that was undone last."
  )

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    try await run(.redo, "redo", author, engine)
  }
}

extension AsyncParsableCommand {
  fileprivate func run(
    _ step: StepVerb.Step,
    _ cause: String,
    _ author: AuthorOptions,
    _ engine: EngineClientOptions
  ) async throws {
    let verb = StepVerb(step, ticket: author.ticket(cause: cause))
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
