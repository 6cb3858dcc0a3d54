import ArgumentParser
import Verbs

/// Prints versions.
struct VersionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Prints the version of this program and, where one runs, of the engine."
  )

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = VersionVerb(version: weirVersion, isJSON: output == .json)
    try await runVerb { output in
      // An engine that was asked for must be there; the usual one may be missing.
      let isThere = engine.chosenAddress != nil ? true : try engine.hasEngine
      guard isThere else { return try await verb.run(on: nil, output) }
      return try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Prints a script by which a shell completes commands and flags.
struct CompletionCommand: AsyncParsableCommand {
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
  }

  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Prints what makes a shell complete weir's commands and flags.",
    discussion: "Such as: source <(weir completion bash)"
  )

  @Argument(help: "The shell.")
  var shell: Shell

  func run() async throws {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    try await runVerb { output in
      try await output.write(Weir.completionScript(for: kind))
      return .done
    }
  }
}

/// Prints the manual page.
struct ManCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man",
    abstract: "Prints the manual page, for man: weir man | man -l -"
  )

  func run() async throws {
    try await runVerb { output in
      let page = try ManualPage(help: Weir._dumpHelp(), version: weirVersion)
      try await output.write(String(page.text.dropLast()))
      return .done
    }
  }
}
