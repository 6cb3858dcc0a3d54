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
  private let settings: ExternalMesh.Settings

  /// Reads the files, and stdin where it is one of them.
  ///
  /// - Throws: `ExternalMeshError` with all that is wrong with them, or ``SpooledInput/Failure``.
  init(_ options: EngineOptions) throws {
    spool = options.files.contains("-") ? try SpooledInput() : nil
    paths = options.files.map { [spool] path in
      path == "-" ? spool?.path ?? path : path
    }
    settings = ExternalMesh.Settings(
      healthChecks: options.healthCheck.duration.map { HealthCheckSettings(interval: $0) }
    )
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
      inventory: content.inventory,
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
      settings: settings,
      observer: ExternalMesh.Observer(onChange: taker.take, onError: taker.take),
      logger: logger
    )
    return [SpoolingService(mesh: mesh, spool: spool)]
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
  private struct Told {
    var rules: MeshRules
    var warnings: Set<String>
  }

  /// Errors of one reading that are told; of more only the number.
  private static let limit = 20

  private let engine: MeshEngine
  private let spool: SpooledInput?
  private let told: Mutex<Told>

  init(engine: MeshEngine, spool: SpooledInput?, start: ExternalMeshContent) {
    self.engine = engine
    self.spool = spool
    told = Mutex(Told(rules: start.rules, warnings: Set(start.warnings.map(\.description))))
  }

  func take(_ content: ExternalMeshContent) {
    let (old, warnings) = told.withLock { told in
      let all = content.warnings.map(\.description)
      let new = all.filter { !told.warnings.contains($0) }
      defer { told.warnings = Set(all) }
      return (told.rules, new)
    }
    // What the operator edited since stands until the files say something new of it.
    let changes = content.rules.changes(since: old)
    if !changes.isEmpty {
      // Where they are refused, the engine itself tells why; the next reading is compared with the same.
      let isTaken =
        (try? engine.setRules(
          content.rules,
          since: old,
          inventory: content.inventory,
          title: "files: \(changes.joined(separator: ", "))",
          author: "files"
        )) != nil
      if isTaken { told.withLock { $0.rules = content.rules } }
    } else {
      engine.setInventory(content.inventory)
    }
    note(warnings, .warning)
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
