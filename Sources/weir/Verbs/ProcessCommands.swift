import ArgumentParser
import Verbs
import MeshPicture

/// Kills a process of the mesh.
struct KillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill",
    abstract: "Kills a workload or client that weir runs; it is started again."
  )

  @Argument(help: "The workload's or client's name, as weir workloads and weir clients list it.")
  var name: String

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = ProcessVerb(id: name, action: .kill)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}

/// Restarts a process of the mesh.
struct RestartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Ends a workload or client that weir runs gracefully, and starts it again."
  )

  @Argument(help: "The workload's or client's name, as weir workloads and weir clients list it.")
  var name: String

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let verb = ProcessVerb(id: name, action: .restart)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }
}
