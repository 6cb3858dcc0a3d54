import ArgumentParser
import Verbs

extension ListFormat: ExpressibleByArgument {}

/// Lists what there is of a kind.
struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Lists rules, services, endpoints, clients or revisions."
  )

  @OptionGroup
  var object: ObjectArgument

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = ListFormat.table

  @Flag(name: [.customShort("w"), .customLong("watch")], help: "Go on with what changes.")
  var isWatching = false

  @Option(name: .shortAndLong, help: "Only objects of this namespace (default: all).")
  var namespace: String?

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let (kind, name) = try object.parsed
    let verb = GetVerb(
      kind: kind,
      name: name,
      namespace: namespace,
      format: output,
      isWatching: isWatching
    )
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Lists the xDS clients.
struct ClientsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clients",
    abstract: "Lists xDS clients: what each was sent and has in force."
  )

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = ListFormat.table

  @Flag(name: [.customShort("w"), .customLong("watch")], help: "Go on with what changes.")
  var isWatching = false

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = GetVerb(kind: .clients, format: output, isWatching: isWatching)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Lists the workloads.
struct WorkloadsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workloads",
    abstract: "Lists workloads: the endpoints, with their processes where weir runs them."
  )

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = ListFormat.wide

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = GetVerb(kind: .endpoints, format: output)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Shows all of one thing.
struct DescribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Shows all of one object, service, endpoint, client or revision."
  )

  @OptionGroup
  var object: ObjectArgument

  @Option(name: .shortAndLong, help: "The object's namespace.")
  var namespace = "default"

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let (kind, name) = try object.one
    let verb = DescribeVerb(kind: kind, name: name, namespace: namespace)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
