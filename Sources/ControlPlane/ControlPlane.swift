internal import GRPCCore
internal import GRPCServices
internal import HTTP2Transport
package import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
internal import SystemClock
package import XDSCore
internal import XDSProtos
internal import XDSWire

/// The engine's xDS server: discovery for configuration (ADS and a service a type, SotW and delta),
/// ALS and LRS for what clients tell of their calls, CSDS for what they have.
///
/// It holds no opinion on what to serve: it sends the snapshot set that was published last, tells
/// of each client's answers as ``ClientEvent``s, and passes call records and load reports on.
package final class ControlPlane: Service {
  /// Counters of one run.
  package struct Statistics: Hashable, Sendable {
    /// ADS streams that are open now.
    package var streams: Int
    /// Responses encoded since the start; those that several clients share count once.
    package var encodings: UInt64
  }

  private static let serviceNames =
    Set(DiscoveryMethod.all.map(\.service)).sorted() + [
      Envoy_Service_Accesslog_V3_AccessLogService.descriptor.fullyQualifiedService,
      Envoy_Service_LoadStats_V3_LoadReportingService.descriptor.fullyQualifiedService,
      Envoy_Service_Status_V3_ClientStatusDiscoveryService.descriptor.fullyQualifiedService,
    ]

  private let configuration: Configuration
  private let logger: Logger
  private let hub: StreamHub
  private let limitLog: LimitLog
  private let encoder: ResponseEncoder
  private let services: [any RegistrableRPCService]
  private let health: HealthStatusBook
  private let address = BoundAddress()
  private let hasRun = Atomic(false)

  /// Creates one that has published nothing: requests wait until it has.
  ///
  /// - Parameters:
  ///   - configuration: Where to listen, and how much to take from clients.
  ///   - onEvent: Called once an event, in order for each stream, from any thread; must not block.
  ///   - onCalls: Called with the call records of one message as it came, and how many more calls the
  ///     client left out or told of unusably; from any thread; must not block.
  ///   - onLoad: Called with the load report of one message; from any thread; must not block.
  ///   - onReportStream: Called when a client opens or closes a stream on which it tells of its calls,
  ///     with the kind of stream and the client's node ID, once each, in order for each stream; from
  ///     any thread; must not block.
  ///   - onNotice: Called with what an operator should know and no client's event tells, such as a
  ///     limit that was hit; seldom; from any thread; must not block.
  ///   - clock: The time for the events; called from any thread.
  ///   - wallClock: The time of day; called from any thread.
  ///   - logger: Told of start and stop; what goes to `onNotice` is the caller's to log.
  package init(
    configuration: Configuration = Configuration(),
    onEvent: @escaping @Sendable (ClientEvent) -> Void,
    onCalls: @escaping @Sendable (_ records: [CallRecord], _ dropped: UInt64) -> Void,
    onLoad: @escaping @Sendable (LoadReport) -> Void = { _ in },
    onReportStream:
      @escaping @Sendable (
        _ source: CallSource, _ nodeID: String, _ isOpen: Bool
      ) -> Void = { _, _, _ in },
    onNotice: @escaping @Sendable (Notice) -> Void = { _ in },
    clock: @escaping @Sendable () -> MonotonicTime,
    wallClock: @escaping @Sendable () -> Timestamp = { .now() },
    logger: Logger
  ) {
    self.configuration = configuration
    self.logger = logger
    self.encoder = ResponseEncoder { try $0.encoded() }
    let limitLog = LimitLog(clock: clock, onNotice: onNotice)
    let rules = StreamRules(
      limits: configuration.limits,
      profiles: configuration.profiles,
      identities: configuration.tls?.identities ?? []
    )
    let hub = StreamHub(
      rules: rules,
      encoder: encoder,
      outlets: StreamHub.Outlets(
        clock: clock,
        wallClock: wallClock,
        onEvent: onEvent,
        limitLog: limitLog
      )
    )
    let reports = ReportOutlets(
      rules: rules,
      limitLog: limitLog,
      onCalls: onCalls,
      onLoad: onLoad,
      onReportStream: onReportStream
    )
    self.hub = hub
    self.limitLog = limitLog
    self.services = [
      AccessLogService(outlets: reports),
      LoadStatsService(outlets: reports, interval: configuration.loadReportingInterval),
      ClientStatusService(
        statuses: { hub.clientStatuses },
        snapshots: { hub.newest },
        clock: clock,
        wallClock: wallClock
      ),
    ]
    self.health = HealthStatusBook(
      Dictionary(uniqueKeysWithValues: Self.serviceNames.map { ($0, .serving) })
    )
  }

  /// The address that is listened on, with the port that the system chose where 0 was asked for.
  ///
  /// Waits for ``run()`` to get there.
  ///
  /// - Throws: ``ControlPlaneError``: why it can't be listened on, or code `stopped` after the end.
  package var boundAddress: ListenAddress {
    get async throws(ControlPlaneError) { try await address.value }
  }

  /// ADS streams that are open.
  package var streamCount: Int { hub.streamCount }

  /// The clients whose streams are open, in the order in which they came.
  ///
  /// Costs a copy of what each asked for: for whoever asks now and then.
  package var clientStatuses: [ClientStatus] { hub.clientStatuses }

  package var statistics: Statistics {
    Statistics(streams: hub.streamCount, encodings: encoder.count)
  }

  /// Makes `snapshots` what all clients get from now on; each is sent what it lacks at once.
  ///
  /// May be called from any thread, before and during ``run()``, with sets in the order in which
  /// they were built from each other; one of an older revision is ignored. Costs a lock and a wake
  /// for each open stream; encodes and writes nothing itself.
  package func publish(_ snapshots: SnapshotSet) {
    hub.publish(snapshots)
  }

  /// Listens and serves until cancelled or shut down.
  ///
  /// Both stop it the same way: it takes no more connections, ends the streams with UNAVAILABLE, and
  /// closes what is left of the connections after ``Configuration/shutdownGrace``; then it returns
  /// normally. Clients keep what they have, so there is nothing to drain. It may be called once.
  ///
  /// - Throws: ``ControlPlaneError`` where it can't listen, with a sentence for the operator.
  package func run() async throws {
    guard !hasRun.exchange(true, ordering: .relaxed) else {
      throw ControlPlaneError(.alreadyRan, "a control plane can run only once")
    }
    do {
      let wanted = try ListenAddress(
        host: configuration.host,
        port: configuration.port,
        isOpen: configuration.tls != nil || configuration.insecureListen
      )
      try await serve(on: wanted)
      address.settle(.failure(.stopped))
    } catch {
      address.settle(.failure(error))
      throw error
    }
  }

  private func serve(on wanted: ListenAddress) async throws(ControlPlaneError) {
    do {
      let transport = try HTTP2Server(
        configuration: .init(configuration, at: wanted),
        routes: discoveryRoutes,
        logger: logger,
        onNotice: { [limitLog] in limitLog.note($0) }
      )
      let standard = try standardServices(besides: Self.serviceNames, health: health)
      try await serve(GRPCServer(transport: transport, services: services + standard), on: wanted)
    } catch {
      throw ControlPlaneError(listeningOn: wanted, failedWith: error)
    }
  }

  /// Discovery by the event loop, without grpc-swift: these streams are many, and quiet.
  private var discoveryRoutes: [String: RawRoute] {
    var routes: [String: RawRoute] = [:]
    for method in DiscoveryMethod.all {
      routes[method.path] = { [hub] in DiscoveryCall($0, $1, kind: method.kind, hub: hub) }
    }
    return routes
  }

  private func serve(
    _ server: GRPCServer<HTTP2Server>,
    on wanted: ListenAddress
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.tellAddress(of: server.transport, wanted) }
      group.addTask { await self.stopWhenTold(server) }
      // In a task of its own, since cancelling it would close connections before their streams were
      // told why. It ends by `stopWhenTold`, or by itself where it can't listen.
      let serving = Task { try await server.serve() }
      let outcome = await serving.result
      let wasTold = hub.isStopping
      group.cancelAll()
      // A server that is told to stop while it starts may throw whatever was under way.
      if !wasTold { try outcome.get() }
    }
  }

  private func tellAddress(of transport: HTTP2Server, _ wanted: ListenAddress) async {
    // Where it can't listen, the server's own error says why.
    guard case .ip(_, let port)? = try? await transport.address else { return }
    let bound = wanted.bound(to: port)
    logger.info("listening for xDS clients", metadata: ["address": "\(bound)"])
    address.settle(.success(bound))
  }

  /// Waits until cancelled or shut down, then ends the server.
  private func stopWhenTold(_ server: GRPCServer<HTTP2Server>) async {
    try? await gracefulShutdown()
    logger.info("stopping", metadata: ["streams": "\(hub.streamCount)"])
    health.setAll(.notServing)
    hub.stop()
    server.beginGracefulShutdown()
    // A server that has not begun to listen doesn't tell its transport, on which others wait.
    server.transport.beginGracefulShutdown()
  }
}
