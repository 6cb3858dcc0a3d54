import ControlPlane
import DebugServer
import Logging
import MeshModel
import MeshPicture
import MeshRuntime
import RuleStore
import ServiceLifecycle
import Synchronization
import SystemClock
import XDSCore
import XDSWire

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The engine and everything that runs with it: control plane and mesh, wired to each other.
struct EngineHost: Sendable {
  /// What the services may take to stop before they are cancelled.
  private static let grace = Duration.seconds(3)
  /// How long the control plane and the clients wait for the workloads.
  private static let patience = Duration.seconds(2)

  let engine: MeshEngine
  /// What an operator should know of the mesh from the start, a sentence each; events tell it too.
  let warnings: [String]
  private let mesh: any HostedMesh
  private let controlPlane: ControlPlane
  private let tls: ControlPlane.TLS?
  private let debug: DebugServer?
  /// Services beside the control plane, such as followed logs.
  private let companions: [any Service]
  private let onMessage: @Sendable (HostMessage) -> Void
  private let logger: Logger

  /// - Parameters:
  ///   - options: The command line.
  ///   - onMessage: Called with what comes up, and with warnings that come after the start's.
  ///   - logger: Told of all events.
  /// - Throws: What is wrong with the mesh's files, or with the rules in them, or with the store.
  init(
    _ options: EngineOptions,
    onMessage: @escaping @Sendable (HostMessage) -> Void = { _ in },
    logger: Logger
  ) throws {
    let mesh = try options.hostedMesh()
    // The control plane tells the engine of its clients, the engine gives it what to serve.
    let box = EngineBox()
    let controlPlane = ControlPlane(
      configuration: options.controlPlaneConfiguration,
      onEvent: { box.take($0) },
      onCalls: { box.engine?.record(calls: $0, dropped: $1) },
      onLoad: { box.engine?.record(load: $0) },
      onReportStream: {
        box.engine?.noteReportStream(source: $0, nodeID: $1, isOpen: $2)
      },
      onNotice: { box.engine?.note(source: $0.source, text: $0.text, severity: .warning) },
      clock: { .now() },
      wallClock: { .now() },
      logger: logger
    )
    let start = mesh.start
    let store = try options.store.store(ofMesh: start.name)
    let engine = try MeshEngine(
      meshName: start.name,
      boot: Self.bootID(),
      rules: start.rules,
      title: start.title,
      inventory: start.inventory,
      builder: SnapshotBuilder(
        reportsLoad: true,
        accessLogCluster: options.clients.envoyCluster
      ),
      clock: .init(wall: { .now() }, monotonic: { .now() }),
      store: store,
      publish: { controlPlane.publish($0) },
      onEvent: { logger.log($0) }
    )
    engine.lend(
      MeshEngine.Facilities(
        version: weirVersion,
        processID: Int(getpid()),
        store: store?.path ?? "",
        json: { indentedJSON(try json(of: $0, profile: $1)) },
        control: { try mesh.control($0, $1) }
      )
    )
    let debug = try options.debugServer(engine: engine, controlPlane: controlPlane, logger: logger)
    box.settle(engine, debug)
    self.mesh = mesh
    self.controlPlane = controlPlane
    self.engine = engine
    self.debug = debug
    self.onMessage = onMessage
    self.logger = logger
    tls = options.server.tls
    let ofFlags = options.warnings(about: engine.inventory)
    // Stored rules that the checks refuse, and changed files that are not taken over.
    let errors = engine.picture().events.filter { $0.severity == .error }.map(\.text)
    warnings = errors + start.warnings + ofFlags
    for text in start.warnings { engine.note(source: "files", text: text, severity: .warning) }
    for text in ofFlags { engine.note(source: "flags", text: text, severity: .warning) }
    companions =
      [debug.map { options.hosting($0, engine: engine, onMessage: onMessage) }].compactMap(\.self)
      + options.logFollowers(of: engine, logger: logger)
      + options.adminServers(of: engine, onMessage: onMessage, logger: logger)
  }

  /// Runs the services while the body runs, then stops them.
  ///
  /// Workloads start first, so that a client that returns to a restarted engine is never told that
  /// there are none; then the control plane listens, then clients and body start.
  ///
  /// - Throws: What ended the control plane, such as a busy port; or what the body threw.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let ready = AsyncStream.makeStream(of: Void.self)
    let workloads = mesh.services(
      for: engine,
      onReady: { ready.continuation.finish() },
      logger: logger
    )
    var configuration = ServiceGroupConfiguration(
      services: workloads.map { .init(service: $0) },
      logger: logger
    )
    configuration.maximumGracefulShutdownDuration = Self.grace
    let services = ServiceGroup(configuration: configuration)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await services.run()
        return nil
      }
      group.addTask {
        await waitForEnd(of: ready.stream)
        try await startRest(in: services)
        return try await body()
      }
      do {
        var result: Result?
        while result == nil, let finished = try await group.next() { result = finished }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        guard let result else { throw CancellationError() }
        return result
      } catch {
        await services.triggerGracefulShutdown()
        throw error
      }
    }
  }

  /// Starts the control plane and, once it listens, all that wants it.
  private func startRest(in services: ServiceGroup) async throws {
    await services.addServiceUnlessShutdown(controlPlane)
    let address = try await controlPlane.boundAddress
    // Not before: one that can't run ends everything, and then its error is the one that counts.
    for companion in companions { await services.addServiceUnlessShutdown(companion) }
    engine.noteListening(at: address.description)
    onMessage(.serving(on: address, tls, meshName: mesh.start.name, engine.inventory))
    for client in mesh.clients(of: address.description, for: engine, logger: logger) {
      await services.addServiceUnlessShutdown(client)
    }
    if let place = try? await debug?.boundAddress {
      onMessage(.status("debug pages on http://\(place)"))
    }
  }

  /// Waits until the stream ends, but not beyond the patience.
  private func waitForEnd(of stream: AsyncStream<Void>) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in stream {} }
      group.addTask { try? await Task.sleep(for: Self.patience) }
      await group.next()
      group.cancelAll()
    }
  }

  /// Letters and digits that no earlier run had.
  private static func bootID() -> String {
    String(UInt64(Timestamp.now().microseconds), radix: 36)
  }
}

/// Holds those who hear of clients, for callbacks that were made before they were.
private final class EngineBox: Sendable {
  private struct Listeners {
    var engine: MeshEngine
    var debug: DebugServer?
  }

  private let value = Mutex<Listeners?>(nil)

  var engine: MeshEngine? { value.withLock { $0?.engine } }

  func settle(_ engine: MeshEngine, _ debug: DebugServer?) {
    value.withLock { $0 = Listeners(engine: engine, debug: debug) }
  }

  func take(_ event: ClientEvent) {
    guard let listeners = value.withLock({ $0 }) else { return }
    listeners.debug?.record(event)
    listeners.engine.record(event)
  }
}
