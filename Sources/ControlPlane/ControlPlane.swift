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

  /// What ended first of what ``run()`` does at once.
  private enum Ended {
    case server, addressTold, grace
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
  /// Cancelling ends all streams at once. A graceful shutdown stops listening, ends the streams
  /// with UNAVAILABLE, and cancels what is left after ``Configuration/shutdownGrace``. Either way
  /// it returns normally. It may be called once.
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
      config: .controlPlane(configuration.limits)
    )
    do {
      let standard = try standardServices(besides: Self.serviceNames, health: health)
      let services: [any RegistrableRPCService] = [ADSService(hub: hub), accessLogs]
      try await serve(GRPCServer(transport: transport, services: services + standard), on: wanted)
    } catch {
      // Cancelling a server may make it throw whatever was under way.
      guard !Task.isCancelled, !hub.isStopping else { return }
      throw ControlPlaneError(listeningOn: wanted, failedWith: error)
    }
  }

  private func serve(
    _ server: GRPCServer<HTTP2ServerTransport.Posix>,
    on wanted: ListenAddress
  ) async throws {
    try await withThrowingTaskGroup(of: Ended.self) { group in
      group.addTask {
        try await server.serve()
        return .server
      }
      group.addTask {
        await self.tellAddress(of: server.transport, wanted)
        return .addressTold
      }
      group.addTask {
        try await self.drain(server)
        return .grace
      }
      while try await group.next() == .addressTold {}
      group.cancelAll()
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

  /// Waits for a graceful shutdown, then gives the streams their grace time.
  private func drain(_ server: GRPCServer<HTTP2ServerTransport.Posix>) async throws {
    try await gracefulShutdown()
    logger.info("stopping", metadata: ["streams": "\(hub.streamCount)"])
    health.setAll(.notServing)
    server.beginGracefulShutdown()
    hub.stop()
    try await Task.sleep(for: configuration.shutdownGrace)
  }
}
