import AdminAPI
import CallLogs
import ControlPlane
import DebugServer
import Logging
import MeshModel
import MeshPicture
import MeshRuntime
import ServiceLifecycle
import SystemClock
import XDSCore

extension EngineOptions {
  /// The mesh that the flags ask for.
  ///
  /// - Throws: What is wrong with its files.
  func hostedMesh() throws -> any HostedMesh {
    switch mesh {
    case .local: LocalHostedMesh(self)
    case .external: try ExternalHostedMesh(self)
    }
  }

  var controlPlaneConfiguration: ControlPlane.Configuration {
    ControlPlane.Configuration(
      host: server.listen.host,
      port: server.listen.port,
      tls: server.tls,
      insecureListen: server.insecureListen,
      keepalive: ControlPlane.Keepalive(
        time: server.keepalive.duration,
        timeout: server.keepaliveTimeout.duration,
        maxConnectionAge: server.maxConnectionAge.duration
      ),
      limits: limits.limits,
      loadReportingInterval: server.loadReportingInterval.duration,
      profiles: ProfileRules(overrides: clients.profiles)
    )
  }

  /// The server of the debug pages; nil where there is to be none.
  ///
  /// - Throws: What is wrong with where it is to listen.
  func debugServer(
    engine: MeshEngine,
    controlPlane: ControlPlane,
    logger: Logger
  ) throws -> DebugServer? {
    guard let address = try debugAddress else { return nil }
    return DebugServer(
      address: address,
      interfaces: clients.dubboInterfaces,
      sources: DebugSources(
        clients: { controlPlane.clientStatuses },
        inventory: { engine.inventory },
        rules: { engine.rules },
        snapshots: { engine.snapshots }
      ),
      logger: logger
    )
  }

  /// Where the debug pages are to be; nil for nowhere.
  var debugAddress: DebugServer.Address? {
    get throws(DebugServerError) {
      guard let place = debugPlace else { return nil }
      return try DebugServer.Address(
        host: place.host,
        port: place.port,
        insecureListen: server.insecureListen
      )
    }
  }

  private var debugPlace: HostAndPort? {
    switch clients.debugListen {
    case .off: nil
    case .on(let place): place
    case nil: mesh == .external ? HostAndPort(host: "127.0.0.1", port: 8_080) : nil
    }
  }

  /// The service that runs the debug server.
  ///
  /// Where nobody asked for it by flag, a busy port is only told of.
  func hosting(
    _ debug: DebugServer,
    engine: MeshEngine,
    onMessage: @escaping @Sendable (HostMessage) -> Void
  ) -> any Service {
    guard clients.debugListen == nil else { return debug }
    return OptionalService(debug, named: "debug", engine: engine, onMessage: onMessage)
  }

  /// The services that answer consoles and commands.
  ///
  /// Where no flag says where, what keeps one from listening is only told of.
  func adminServers(
    of engine: MeshEngine,
    onMessage: @escaping @Sendable (HostMessage) -> Void,
    logger: Logger
  ) -> [any Service] {
    admin.places.map { place in
      let server = AdminServer(engine: engine, place: place, logger: logger) { address, notice in
        if let notice {
          engine.note(source: "admin", text: notice, severity: .warning)
          onMessage(.warning(notice))
        } else {
          onMessage(.status("admin API on \(address)"))
        }
      }
      guard case .standard = place else { return server }
      return OptionalService(server, named: "admin", engine: engine, onMessage: onMessage)
    }
  }

  /// The services that follow logs.
  func logFollowers(of engine: MeshEngine, logger: Logger) -> [any Service] {
    clients.followedLogs.map { log in
      LogFollower(
        log,
        observer: LogFollower.Observer(
          onCalls: { engine.record(calls: $0, dropped: 0) },
          onEvent: { event in
            engine.note(
              source: "log",
              text: event.text,
              severity: event.isWarning ? .warning : .info
            )
          }
        ),
        clock: { .now() },
        logger: logger
      )
    }
  }
}

/// A service without which the engine runs as well.
private struct OptionalService: Service {
  private let service: any Service
  private let name: String
  private let engine: MeshEngine
  private let onMessage: @Sendable (HostMessage) -> Void

  /// - Parameters:
  ///   - service: The service.
  ///   - name: The source of the event that tells why it doesn't run.
  ///   - engine: Told of it.
  ///   - onMessage: Told of it too.
  init(
    _ service: any Service,
    named name: String,
    engine: MeshEngine,
    onMessage: @escaping @Sendable (HostMessage) -> Void
  ) {
    self.service = service
    self.name = name
    self.engine = engine
    self.onMessage = onMessage
  }

  func run() async throws {
    do {
      try await service.run()
    } catch {
      engine.note(source: name, text: "\(error)", severity: .warning)
      onMessage(.warning("\(error)"))
      try? await gracefulShutdown()
    }
  }
}
