import ArgumentParser
import CallLogs
import DebugServer
import XDSCore

/// What the operator knows of the mesh's clients that they don't tell themselves.
struct ClientOptions: ParsableArguments {
  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp(
      """
      What clients whose node ID fits the pattern are: grpc, envoy or dubbo; may be repeated, the \
      first that fits decides. All others are told by what they say of themselves.
      """,
      valueName: "node=profile"
    ),
    transform: { text in try validated("--profile: ") { try ProfileRules.Override(parsing: text) } }
  )
  var profiles: [ProfileRules.Override] = []

  @Option(
    name: .customLong("follow-log"),
    help: ArgumentHelp(
      """
      Count a client's calls by the log it writes, as dubbo-go does; may be repeated. A file is \
      followed from its end (FILE@start: from its beginning), as it grows and is rotated; a FIFO \
      works too.
      """,
      valueName: "node=file"
    ),
    transform: { text in try validated { try FollowedLog(parsing: text) } }
  )
  var followedLogs: [FollowedLog] = []

  @Option(
    name: .customLong("dubbo-interface"),
    help: ArgumentHelp(
      """
      Which service serves an interface, for dubbo-go's consumers that come before their provider; \
      may be repeated. Without it api.Greeter is taken to be the mesh's first service.
      """,
      valueName: "interface=host:port"
    ),
    transform: { text in try validated { try DubboInterface(parsing: text) } }
  )
  var dubboInterfaces: [DubboInterface] = []

  @Option(
    name: .customLong("debug-listen"),
    help: ArgumentHelp(
      """
      Where dubbo-go's consumers and people find /debug/adsz and so on, or off; dubbo-go wants port \
      8080 of the control plane's address (default: 127.0.0.1:8080 with --mesh external, else off).
      """,
      valueName: "off|address:port"
    )
  )
  var debugListen: DebugListen?

  @Option(
    name: .customLong("envoy-cluster"),
    help: ArgumentHelp(
      """
      What Envoys call the cluster of this xDS server in their bootstraps, as they send their access \
      logs there.
      """,
      valueName: "name"
    )
  )
  var envoyCluster = "xds-grpc"

  func validate() throws {
    guard !envoyCluster.isEmpty else {
      throw ValidationError("--envoy-cluster is empty; want a name, such as xds-grpc")
    }
  }
}

/// Where the debug server listens.
enum DebugListen: ExpressibleByArgument {
  case off
  case on(HostAndPort)

  init?(argument: String) {
    if argument == "off" {
      self = .off
    } else if let place = HostAndPort(argument) {
      self = .on(place)
    } else {
      return nil
    }
  }
}
