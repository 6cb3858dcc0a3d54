internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import GRPCServices
package import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
package import XDSCore
internal import XDSProtos
internal import XDSWire

/// The engine's xDS server: ADS for configuration, ALS for what clients tell of their calls.
///
/// It holds no opinion on what to serve: it sends the snapshot set that was published last, tells
/// of each client's answers as ``ClientEvent``s, and passes call records on.
package final class ControlPlane: Service {
  /// Counters of one run.
  package struct Statistics: Hashable, Sendable {
    /// ADS streams that are open now.
    package var streams: Int
    /// Responses encoded since the start; those that several clients share count once.
    package var encodings: UInt64
  }

  private static let serviceNames = [
    Envoy_Service_Discovery_V3_AggregatedDiscoveryService.descriptor.fullyQualifiedService,
    Envoy_Service_Accesslog_V3_AccessLogService.descriptor.fullyQualifiedService,
  ]

  private let configuration: Configuration
  private let logger: Logger
  private let hub: StreamHub
  private let encoder: ResponseEncoder
  private let accessLogs: AccessLogService
  private let health = HealthStatusBook()
  private let listener = Listener()
  private let address = BoundAddress()
  private let hasRun = Atomic(false)

  /// Creates one that has published nothing: requests wait until it has.
  ///
  /// - Parameters:
  ///   - configuration: Where to listen, and how much to take from clients.
  ///   - onEvent: Called once an event, in order for each stream, from any thread; must not block.
  ///   - onCalls: Called with the call records of one message as it came, and how many more calls the
  ///     client left out or told of unusably; from any thread; must not block.
  ///   - clock: The time for the events; called from any thread.
  ///   - logger: Told of start and stop.
  package init(
    configuration: Configuration = Configuration(),
    onEvent: @escaping @Sendable (ClientEvent) -> Void,
    onCalls: @escaping @Sendable (_ records: [CallRecord], _ dropped: UInt64) -> Void,
    clock: @escaping @Sendable () -> MonotonicTime,
    logger: Logger
  ) {
    self.configuration = configuration
    self.logger = logger
    self.encoder = ResponseEncoder { response in
      try encodeResponse(
        type: response.type,
        version: response.version.description,
        nonce: response.nonce,
        resources: response.resources
      )
    }
    self.hub = StreamHub(
      limits: configuration.limits,
      encoder: encoder,
      outlets: StreamHub.Outlets(clock: clock, onEvent: onEvent)
    )
    self.accessLogs = AccessLogService(limits: configuration.limits, onCalls: onCalls)
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
      try await serve(on: ListenAddress(host: configuration.host, port: configuration.port))
      address.settle(.failure(.stopped))
    } catch {
      address.settle(.failure(error))
      throw error
    }
  }

  private func serve(on wanted: ListenAddress) async throws(ControlPlaneError) {
    let transport = HTTP2ServerTransport.Posix(
      address: wanted.socketAddress,
      transportSecurity: .plaintext,
      config: .controlPlane(configuration.limits, listener),
      eventLoopGroup: listener.group
    )
    do {
      let standard = try standardServices(besides: Self.serviceNames, health: health)
      let services: [any RegistrableRPCService] = [ADSService(hub: hub), accessLogs]
      try await serve(GRPCServer(transport: transport, services: services + standard), on: wanted)
    } catch {
      throw ControlPlaneError(listeningOn: wanted, failedWith: error)
    }
  }

  private func serve(
    _ server: GRPCServer<HTTP2ServerTransport.Posix>,
    on wanted: ListenAddress
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.tellAddress(of: server.transport, wanted) }
      group.addTask { await self.stopWhenTold(server) }
      // In a task of its own, since cancelling it would make it drop connections under way, which
      // traps; see ``Listener``. It ends by `stopWhenTold`, or by itself where it can't listen.
      let serving = Task { try await server.serve() }
      let outcome = await serving.result
      let wasTold = hub.isStopping
      group.cancelAll()
      // A server that is told to stop while it starts may throw whatever was under way.
      if !wasTold { try outcome.get() }
    }
  }

  private func tellAddress(
    of transport: HTTP2ServerTransport.Posix,
    _ wanted: ListenAddress
  ) async {
    // Where it can't listen, the server's own error says why.
    guard let socket = try? await transport.listeningAddress else { return }
    let bound = wanted.bound(to: socket)
    logger.info("listening for xDS clients", metadata: ["address": "\(bound)"])
    address.settle(.success(bound))
  }

  /// Waits until cancelled or shut down, then ends the server.
  private func stopWhenTold(_ server: GRPCServer<HTTP2ServerTransport.Posix>) async {
    try? await gracefulShutdown()
    logger.info("stopping", metadata: ["streams": "\(hub.streamCount)"])
    health.setAll(.notServing)
    hub.stop()
    await listener.stopAccepting()
    server.beginGracefulShutdown()
    await listener.closeConnections(after: configuration.shutdownGrace)
  }
}
