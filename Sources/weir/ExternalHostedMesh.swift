import ExternalMesh
import Logging
import MeshModel
import MeshPicture
import MeshRuntime
import RuleFiles
import ServiceLifecycle
import Synchronization

/// A mesh that runs anyway: files tell of its services and rules, and are watched for changes.
struct ExternalHostedMesh: HostedMesh {
  private let paths: [String]
  private let spool: SpooledInput?
  private let content: ExternalMeshContent
  private let healthChecks: HealthCheckSettings?

  /// Reads the files, and stdin where it is one of them.
  ///
  /// - Throws: `ExternalMeshError` with all that is wrong with them, or ``SpooledInput/Failure``.
  init(_ options: EngineOptions) throws {
    spool = options.files.contains("-") ? try SpooledInput() : nil
    paths = options.files.map { [spool] path in
      path == "-" ? spool?.path ?? path : path
    }
    healthChecks = options.healthCheck.duration.map { HealthCheckSettings(interval: $0) }
    do {
      content = try ExternalMeshContent(paths: paths)
    } catch {
      spool?.remove()
      let errors = error.errors.map { [spool] finding in finding.named(by: spool) }
      throw ExternalMeshError(errors: errors)
    }
  }

  var start: MeshStart {
    MeshStart(
      name: EngineOptions.MeshKind.external.rawValue,
      rules: content.rules,
      // It is all in the rules' entries.
      inventory: MeshInventory(),
      title: "start: \(content.summary)",
      warnings: content.warnings.map { $0.named(by: spool).description }
    )
  }

  func services(
    for engine: MeshEngine,
    onReady: @escaping @Sendable () -> Void,
    logger: Logger
  ) -> [any Service] {
    onReady()
    let taker = FileTaker(engine: engine, spool: spool, start: content)
    let mesh = ExternalMesh(
      paths: paths,
      initial: content,
      observer: ExternalMesh.Observer(onChange: taker.take, onError: taker.take)
    )
    let checker = healthChecks.map { settings in
      HealthChecker(
        settings,
        endpoints: { engine.endpointsToCheck },
        onChange: { engine.setUnhealthy($0) },
        logger: logger
      )
    }
    return [SpoolingService(mesh: mesh, spool: spool)] + [checker].compactMap(\.self)
  }

  func clients(
    of xdsAddress: String,
    for engine: MeshEngine,
    logger: Logger
  ) -> [any Service] {
    []
  }
}

/// Hands what the files say to the engine.
private final class FileTaker: Sendable {
  /// Errors of one reading that are told; of more only the number.
  private static let limit = 20

  private let engine: MeshEngine
  private let spool: SpooledInput?
  private let toldWarnings: Mutex<Set<String>>

  init(engine: MeshEngine, spool: SpooledInput?, start: ExternalMeshContent) {
    self.engine = engine
    self.spool = spool
    toldWarnings = Mutex(Set(start.warnings.map(\.description)))
  }

  func take(_ content: ExternalMeshContent) {
    // What the operator edited since stands until the files say something new of it.
    let old = engine.sourceRules ?? MeshRules()
    if content.rules != old {
      let changes = content.rules.changes(since: old)
      let what = changes.isEmpty ? "order changed" : changes.joined(separator: ", ")
      // Where they are refused, the engine itself tells why; the next reading is compared with the same.
      _ = try? engine.setRules(
        content.rules,
        since: old,
        title: "files: \(what)",
        author: "files"
      )
    }
    let all = Set(content.warnings.map(\.description))
    let told = toldWarnings.withLock { told in
      defer { told = all }
      return told
    }
    note(content.warnings.map(\.description).filter { !told.contains($0) }, .warning)
  }

  func take(_ error: ExternalMeshError) {
    note(error.errors.map { $0.named(by: spool).description }, .error)
  }

  private func note(_ texts: [String], _ severity: EventPicture.Severity) {
    for text in texts.prefix(Self.limit) {
      engine.note(source: "files", text: text, severity: severity)
    }
    let rest = texts.count - Self.limit
    guard rest > 0 else { return }
    engine.note(source: "files", text: "and \(rest) more of these", severity: severity)
  }
}

/// Watches the files, and removes what stdin was put into in the end.
private struct SpoolingService: Service {
  let mesh: ExternalMesh
  let spool: SpooledInput?

  func run() async throws {
    defer { spool?.remove() }
    await mesh.run()
  }
}

extension ExternalMeshContent {
  /// How much there is of everything, for people.
  fileprivate var summary: String {
    [
      counted(inventory.services.count, "service"),
      counted(inventory.workloads.count, "endpoint"),
      counted(rules.virtualServices.count, "VirtualService"),
      counted(rules.destinationRules.count, "DestinationRule"),
    ].joined(separator: ", ")
  }
}

extension FileFinding {
  /// With `-` as the name of what came from stdin.
  fileprivate func named(by spool: SpooledInput?) -> FileFinding {
    guard let spool, place.file == spool.path else { return self }
    var finding = self
    finding.place.file = "-"
    return finding
  }
}
