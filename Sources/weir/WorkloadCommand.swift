import ArgumentParser

/// The processes of the local mesh; they run as well by hand.
struct WorkloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workload",
    abstract: "Runs one process of a mesh: a greeter server or a greeter client.",
    subcommands: [WorkloadServerCommand.self, WorkloadClientCommand.self]
  )
}
