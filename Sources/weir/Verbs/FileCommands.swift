import ArgumentParser
import MeshModel
import Verbs

/// How a verb without a table writes its data.
enum DataFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// Checks files.
struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Says what is wrong with files, by file, line and column; wants no engine.",
    discussion: """
      With --engine the files are checked as what they would be part of: the rules of a running \
      engine. Without it they are checked as if there were nothing else; what only the running mesh \
      can tell isn't said.
      """
  )

  @OptionGroup
  var files: FileOptions

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    try files.requirePaths()
  }

  func run() async throws {
    let isJSON = output == .json
    try await runVerb { output in
      let verb = ValidateVerb(input: RuleInput(paths: files.paths), isJSON: isJSON)
      guard engine.address != nil else { return try await verb.run(on: nil, output) }
      return try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Compares files with the rules.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what applying files would change; exits with 1 where they would."
  )

  @OptionGroup
  var files: FileOptions

  @Flag(name: .customLong("xds"), help: "Show besides what becomes of the xDS resources.")
  var comparesResources = false

  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp(
      "With --xds only the resources of such clients; may be repeated.",
      valueName: "grpc|envoy|dubbo"
    )
  )
  var profiles: [ProfileName] = []

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    try files.requirePaths()
    guard comparesResources || profiles.isEmpty else {
      throw ValidationError("--profile is for --xds: rules are the same for all")
    }
  }

  func run() async throws {
    let chosen = profiles.isEmpty ? ProfileName.allCases : profiles
    try await runVerb { output in
      let verb = DiffVerb(
        input: RuleInput(paths: files.paths),
        profiles: comparesResources ? chosen.map(\.rawValue) : [],
        hasColors: engine.hasColors
      )
      return try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// What clients of a kind are served alike.
enum ProfileName: String, CaseIterable, ExpressibleByArgument {
  case grpc, envoy, dubbo
}

/// Takes objects out of the rules.
struct DeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes objects from the rules: KIND NAME, or those that files name."
  )

  @Argument(help: ArgumentHelp("vs, dr, se or we, or KIND/NAME.", valueName: "kind"))
  var kind: String?

  @Argument(help: "The names of some.")
  var names: [String] = []

  @OptionGroup
  var files: FileOptions

  @Option(name: .shortAndLong, help: "The objects' namespace.")
  var namespace = "default"

  @Flag(name: .customLong("ignore-not-found"), help: "Objects that aren't there are no error.")
  var ignoresMissing = false

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    guard (kind == nil) != files.paths.isEmpty else {
      throw ValidationError("want either KIND NAME or -f FILE")
    }
    _ = try namedKeys
  }

  func run() async throws {
    let named = try namedKeys
    try await runVerb { output in
      var keys = named
      if !files.paths.isEmpty {
        let input = RuleInput(paths: files.paths)
        guard input.isReadable(output) else { return .inputInvalid }
        keys = input.objects.map(\.key)
      }
      let verb = DeleteVerb(
        keys: keys,
        ticket: author.ticket(cause: "delete"),
        ignoresMissing: ignoresMissing
      )
      return try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }

  private var namedKeys: [MeshObjectKey] {
    get throws {
      guard let kind else { return [] }
      let parts = kind.split(separator: "/", maxSplits: 1).map(String.init)
      guard let first = parts.first, case .objects(let objectKind) = ListedKind(first) else {
        throw ValidationError("\(kind) is no kind of rule object; want vs, dr, se or we")
      }
      let all = parts.dropFirst() + names
      guard !all.isEmpty else { throw ValidationError("want the name of one: KIND NAME") }
      return all.map {
        MeshObjectKey(kind: objectKind, name: ResourceName(namespace: namespace, name: $0))
      }
    }
  }
}
