import ArgumentParser

/// Measures Weir on this machine and prints each figure beside a stated reference.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weir-bench",
    abstract: "Measures Weir and prints ratios against stated references.",
    discussion: """
      Everything runs on loopback and shares this machine's cores with what it measures. A ratio \
      below 1 means that Weir is behind its reference.
      """,
    subcommands: [
      All.self, ControlPlaneBench.self, CallsBench.self, ConsoleBench.self, EngineBench.self,
      RulesBench.self, ControlPlaneProcess.self,
    ],
    defaultSubcommand: All.self
  )
}

/// Every bench, one after the other.
struct All: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs every bench.")

  func run() async throws {
    try await EngineBench.parse([]).run()
    try await RulesBench.parse([]).run()
    try await CallsBench.parse([]).run()
    try await ControlPlaneBench.parse([]).run()
    try await ConsoleBench.parse([]).run()
  }
}

/// Why a bench has no figures.
struct BenchError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
