package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
package import Logging
import Synchronization
import TrafficEngine
import XDSCore

/// A grpc-swift transport whose calls go where an xDS server sends them: for targets `xds:///host:port`.
///
/// Any generated stub works over it unchanged. Each call is routed when the first part of its
/// request is written, by the newest configuration received: virtual host and route by path and
/// headers, a weighted draw among the route's clusters, then one of the ready endpoints of the
/// cluster's first priority that has any, by the cluster's load balancing. While the xDS server is
/// away the last configuration goes on serving.
///
/// - Calls made before the first configuration wait for it, up to their deadline. Later on a call
///   that can't be placed fails with `unavailable` and says why, unless its `waitForReady` is set.
/// - An attempt that failed before anything was sent moves to the cluster's next endpoint.
/// - A route's timeout, retries and faults and a cluster's limit of calls are obeyed as proxyless gRPC
///   obeys them (gRFC A31, A44, A33, A32); a request of more than 256 KiB isn't tried again.
/// - Every finished call is reported through ALS to the same xDS server; see ``reportCounts``.
package final class XDSClientTransport: ClientTransport {
  package typealias Bytes = GRPCNIOTransportBytes

  private enum Event: Sendable {
    case run(EndpointConnection)
    /// Shut, and the last call is over.
    case drained
    case stop
  }

  /// Records that wait for an xDS server that is away: at 20 calls a second a quarter of an hour's.
  package static let defaultReportCapacity = 16_384
  /// As gRFC A27 has it.
  package static let defaultResourceTimeout = Duration.seconds(15)
  /// How long the xDS server may take to answer before it is worth a word.
  private static let answerTime = Duration.seconds(3)
  /// What the last reports get to leave the house.
  private static let flushTime = Duration.seconds(1)

  private let authority: String
  /// `xds:///host:port`.
  private let target: String
  private let bootstrap: Bootstrap
  private let resourceTimeout: Duration
  private let logger: Logger
  private let router: CallRouter
  private let gate: CallGate
  private let reporter: CallReporter
  private let seed: UInt64
  private let reportedHeaders: [String]
  private let connection: GRPCClient<HTTP2ClientTransport.Posix>
  private let pool: Mutex<EndpointPool>
  /// Unbounded: as many as there are endpoints, and two.
  private let events: (stream: AsyncStream<Event>, continuation: AsyncStream<Event>.Continuation)

  /// - Parameters:
  ///   - authority: What is dialled, `host:port`: also the name of its listener.
  ///   - bootstrap: Which xDS server to ask, and who the client is.
  ///   - resourceTimeout: How long a resource that the server doesn't send is waited for; calls that
  ///     need it fail then.
  ///   - seed: For the draws among weighted clusters, and for jitter.
  ///   - reportedHeaders: Headers that call reports hold whether rules match on them or not, lower
  ///     case; others stay private until a rule names them.
  ///   - reportCapacity: How many call records may wait to be reported.
  ///   - logger: Hears of streams that end, refused resources and failing targets.
  /// - Throws: ``BootstrapError`` where the bootstrap names no server; `RuntimeError`.
  package init(
    authority: String,
    bootstrap: Bootstrap,
    resourceTimeout: Duration = XDSClientTransport.defaultResourceTimeout,
    seed: UInt64 = .random(in: 0 ... .max),
    reportedHeaders: [String] = [],
    reportCapacity: Int = XDSClientTransport.defaultReportCapacity,
    logger: Logger
  ) throws {
    guard let server = bootstrap.servers.first else { throw BootstrapError.noServer }
    let events = AsyncStream.makeStream(of: Event.self)
    let router = CallRouter(seed: seed)
    self.authority = authority
    target = "xds:///\(authority)"
    self.bootstrap = bootstrap
    self.resourceTimeout = resourceTimeout
    self.logger = logger
    self.router = router
    self.seed = seed
    self.reportedHeaders = reportedHeaders
    self.events = events
    gate = CallGate { events.continuation.yield(.drained) }
    reporter = CallReporter(node: bootstrap.node, capacity: reportCapacity, logger: logger)
    connection = try XDSConnection.client(to: server.address)
    pool = Mutex(EndpointPool(authority: authority) { router.endpointsChanged() })
  }

  /// What became of the reports of finished calls.
  package var reportCounts: CallReportCounts { reporter.counts }

  package var retryThrottle: RetryThrottle? { nil }

  package func config(forMethod descriptor: MethodDescriptor) -> MethodConfig? { nil }

  package func beginGracefulShutdown() {
    gate.shut()
    router.stopWaiting()
  }

  package func connect() async throws {
    try gate.start()
    await withDiscardingTaskGroup { group in
      group.addTask { try? await self.connection.runConnections() }
      group.addTask { await self.runADS() }
      group.addTask { await self.warnIfUnanswered() }
      group.addTask {
        await self.reporter.run(over: self.connection, seed: self.seed &+ 1)
        self.events.continuation.yield(.stop)
      }
      for await event in events.stream {
        switch event {
        case .run(let endpoint):
          group.addTask { await endpoint.run() }
        case .drained:
          reporter.finish()
          group.addTask {
            try? await Task.sleep(for: XDSClientTransport.flushTime)
            self.events.continuation.yield(.stop)
          }
        case .stop:
          self.events.continuation.finish()
        }
      }
      router.close()
      group.cancelAll()
    }
  }

  @concurrent
  package func withStream<T: Sendable>(
    descriptor: MethodDescriptor,
    options: CallOptions,
    _ closure:
      @concurrent (_ stream: RPCStream<Inbound, Outbound>, _ context: ClientContext) async throws ->
      T
  ) async throws -> T {
    try gate.enter()
    defer { gate.leave() }
    let path = "/\(descriptor.fullyQualifiedMethod)"
    let notes = CallNotes(path: path, timeout: options.timeout)
    defer { reporter.report(notes.record(nodeID: bootstrap.node.id, authority: authority)) }
    let opener = CallOpener(
      router: router,
      gate: gate,
      notes: notes,
      descriptor: descriptor,
      options: options,
      target: target
    )
    return try await XDSCall(opener: opener).run(closure)
  }

  // MARK: Configuration

  private func runADS() async {
    let client = ADSClient(
      connection: connection,
      node: bootstrap.node,
      resourceTimeout: resourceTimeout,
      seed: seed &+ 2,
      logger: logger
    ) { event in self.apply(event) }
    await client.watch(authority)
    async let timers: Void = client.runTimers()
    await client.run()
    await timers
  }

  /// Says, once, that calls wait because the xDS server has not answered.
  private func warnIfUnanswered() async {
    guard (try? await Task.sleep(for: XDSClientTransport.answerTime)) != nil,
      case .pending = router.view().source, let server = bootstrap.servers.first
    else { return }
    logger.warning("no answer from the xDS server \(server.address) yet; calls wait for it")
  }

  private func apply(_ event: ADSClient.Event) {
    switch event {
    case .received:
      break
    case .fail(_, let reason):
      logger.warning("calls fail", metadata: ["target": "\(target)", "reason": "\(reason)"])
      router.fail(reason: reason)
    case .update(_, let listener):
      let (routing, change) = pool.withLock { pool in
        let change = pool.update(listener)
        let routing = Routing(
          listener,
          pool: pool,
          seed: router.view().seed,
          alwaysReported: reportedHeaders
        )
        return (routing, change)
      }
      for endpoint in change.started { events.continuation.yield(.run(endpoint)) }
      router.publish(routing)
      // Only now does no new call go there.
      for endpoint in change.retired { endpoint.retire() }
      logger.debug("routing by", metadata: ["version": "\(listener.routeVersion)"])
    }
  }
}
