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

      Exit codes: 0 done, 2 it can't run (port busy, no terminal), 64 bad usage, 128 + n ended by \
      signal n (130 for Ctrl-C).
      """,
    version: weirVersion,
    subcommands: [
      ConsoleCommand.self, ServeCommand.self, WorkloadCommand.self, BootstrapCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self
  )
}

/// The version that `weir --version` prints.
let weirVersion = "0.1.0"
