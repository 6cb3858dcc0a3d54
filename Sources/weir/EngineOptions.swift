import ArgumentParser
import ControlPlane
import LocalMesh

/// The flags that every command shares that runs an engine.
struct EngineOptions: ParsableArguments {
  /// Where the mesh is.
  enum MeshKind: String, CaseIterable, ExpressibleByArgument {
    /// Processes on this machine that the engine starts and watches over.
    case local
  }

  @Option(help: "The mesh to host: local, which runs real gRPC processes on this machine.")
  var mesh: MeshKind = .local

  @Option(
    help: """
      Where the xDS control plane listens, ADDRESS:PORT; loopback only, port 0 for a free one \
      (default: 127.0.0.1:15010).
      """,
    transform: EngineOptions.listenAddress
  )
  var listen: ListenAddress?

  @Option(help: "Calls a second that each client of the local mesh makes, above 0 to 10000.")
  var rate: Double = 20

  @Option(
    help: ArgumentHelp(
      """
      Workloads of the local mesh: how many processes of each version, or the ADDRESS:PORT of one \
      that runs already.
      """,
      valueName: "v1=1,v2=1"
    ),
    transform: EngineOptions.workloadCounts
  )
  var workloads = WorkloadCounts([.init(label: "v1", count: 1), .init(label: "v2", count: 1)])

  @Option(
    name: .customLong("log-file"),
    help: ArgumentHelp("Where the engine's log goes; without it there is none.", valueName: "file")
  )
  var logFile: String?

  func validate() throws {
    guard rate > 0, rate <= 10_000 else {
      throw ValidationError("--rate is \(rate); want a number above 0 and up to 10000")
    }
  }

  private static func listenAddress(_ text: String) throws -> ListenAddress {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...])
    else {
      throw ValidationError("--listen is \(text); want ADDRESS:PORT, such as 127.0.0.1:15010")
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    do {
      return try ListenAddress(host: String(host), port: port)
    } catch {
      throw ValidationError("--listen: \(error)")
    }
  }

  private static func workloadCounts(_ text: String) throws -> WorkloadCounts {
    do {
      return try WorkloadCounts(parsing: text)
    } catch {
      throw ValidationError("--\(error)")
    }
  }
}
