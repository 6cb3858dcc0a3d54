import ArgumentParser

/// The program: a console by default, an engine or a workload by subcommand.
@main
struct Weir: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weir",
    abstract: "Watches and steers service-mesh traffic from a terminal.",
    discussion: """
      Without a subcommand weir starts a mesh of real gRPC processes on this machine and opens the \
      console on it. Press ? there for the keys. With --mesh external -f PATH it steers services \
      that run anyway.

      Its flags are those of `weir console`; see weir console --help.

      Commands other than console, serve, workload and bootstrap ask an engine that runs already: \
      see --engine.

      Exit codes: 0 done, 1 condition false, 2 it can't run (port busy, no engine), 3 errors in the \
      input, 4 refused by a client, 5 timed out, 64 bad usage, 128 + n ended by signal n (130 for \
      Ctrl-C).
      """,
    version: weirVersion,
    subcommands: [
      ConsoleCommand.self, ServeCommand.self, AttachCommand.self, WorkloadCommand.self,
      BootstrapCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Rules",
        subcommands: [
          ApplyCommand.self, EditCommand.self, DeleteCommand.self, SetWeightCommand.self,
          ValidateCommand.self, DiffCommand.self, HistoryCommand.self, RollbackCommand.self,
          UndoCommand.self, RedoCommand.self,
        ]
      ),
      CommandGroup(
        name: "Traffic",
        subcommands: [
          GetCommand.self, DescribeCommand.self, ExplainCommand.self, LogsCommand.self,
          TopCommand.self, WaitCommand.self, ClientsCommand.self, WorkloadsCommand.self,
          KillCommand.self, RestartCommand.self,
        ]
      ),
      CommandGroup(
        name: "Support",
        subcommands: [
          DoctorCommand.self, VersionCommand.self, CompletionCommand.self, ManCommand.self,
        ]
      ),
    ],
    defaultSubcommand: ConsoleCommand.self
  )
}

/// The version that `weir --version` prints.
let weirVersion = "0.1.0"
