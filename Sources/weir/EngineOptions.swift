import ArgumentParser
import LocalMesh

/// The flags that every command shares that runs an engine.
struct EngineOptions: ParsableArguments {
  /// Where the mesh is.
  enum MeshKind: String, CaseIterable, ExpressibleByArgument {
    /// Processes on this machine that the engine starts and watches over.
    case local
    /// Services that run anyway, as files tell of them.
    case external
  }

  @Option(
    help: """
      The mesh to steer: local, which runs real gRPC processes on this machine, or external, which \
      is read from files.
      """
  )
  var mesh: MeshKind = .local

  @Option(
    name: [.customShort("f"), .customLong("file")],
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      Services and rules of the external mesh: YAML or JSON files, directories of them, or - for \
      stdin. What changes in them is taken over at once.
      """,
      valueName: "path"
    )
  )
  var files: [String] = []

  @Option(
    name: .customLong("health-check"),
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      How often the external mesh's endpoints are asked for their gRPC health, or off (default: off).
      """,
      valueName: "off|1s"
    ),
    transform: { try Interval(parsing: $0, flag: "--health-check") }
  )
  var healthCheck = Interval.off

  @Option(
    // Also what looks like a flag, such as -1, to say what is wrong with it.
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Calls a second that each client of the local mesh makes, above 0 to 10000 (default: \
      \(EngineOptions.defaultRate)).
      """
    )
  )
  var rate: Double?

  @Option(
    help: ArgumentHelp(
      """
      Workloads of the local mesh: how many processes of each version, or the ADDRESS:PORT of one \
      that runs already (default: \(EngineOptions.defaultWorkloads)).
      """,
      valueName: "v1=1,v2=1"
    ),
    transform: { text in try validated("--") { try WorkloadCounts(parsing: text) } }
  )
  var workloads: WorkloadCounts?

  @OptionGroup(title: "Revisions")
  var store: StoreOptions

  @OptionGroup(title: "Admin API")
  var admin: AdminOptions

  @OptionGroup(title: "xDS server")
  var server: ServerOptions

  @OptionGroup(title: "Limits")
  var limits: LimitOptions

  @OptionGroup(title: "Clients")
  var clients: ClientOptions

  @Option(
    name: .customLong("log-file"),
    help: ArgumentHelp("Where the engine's log goes; without it there is none.", valueName: "file")
  )
  var logFile: String?

  func validate() throws {
    if let rate {
      guard rate > 0, rate <= 10_000 else {
        throw ValidationError("--rate is \(rate); want a number above 0 and up to 10000")
      }
    }
    switch mesh {
    case .local: try validateLocal()
    case .external: try validateExternal()
    }
    _ = try validated { try debugAddress }
  }

  private func validateLocal() throws {
    guard files.isEmpty else {
      throw ValidationError(
        "-f is for --mesh external: the local mesh has services and rules of its own"
      )
    }
    guard healthCheck == .off else {
      throw ValidationError(
        "--health-check is for --mesh external: the local mesh watches its own processes"
      )
    }
    guard server.tlsCertificate == nil else {
      throw ValidationError(
        "--tls-cert is for --mesh external: the local mesh's clients do without"
      )
    }
  }

  private func validateExternal() throws {
    guard !files.isEmpty else {
      throw ValidationError("--mesh external wants its services and rules: -f PATH")
    }
    guard files.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("-f - is given twice; stdin can be read only once")
    }
    guard rate == nil, workloads == nil else {
      throw ValidationError(
        "--rate and --workloads are for --mesh local, whose processes weir starts"
      )
    }
  }

  static let defaultRate = 20
  static let defaultWorkloads = WorkloadCounts([
    .init(label: "v1", count: 1), .init(label: "v2", count: 1),
  ])
}
