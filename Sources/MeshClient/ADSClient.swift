import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import MeshModel
import SystemClock
import TrafficEngine
import XDSCore
import XDSProtos
import XDSWire

/// Runs one ``ClientSession`` over ADS streams: one after another, for as long as it is let.
actor ADSClient {
  /// What the owner of the session gets to know.
  enum Event: Sendable {
    /// A response came; this is told before anything that follows from it.
    case received(ResourceType, version: String)
    case update(listener: String, ResolvedListener)
    case fail(listener: String, reason: String)
  }

  private let connection: GRPCClient<HTTP2ClientTransport.Posix>
  private let logger: Logger
  private let onEvent: @Sendable (Event) -> Void
  private var session: ClientSession
  private var dice: SplitMix64
  /// Requests on their way to the open stream; nil while there is none.
  ///
  /// Unbounded, as there is at most one for each response and watch.
  private var requests: AsyncStream<DiscoveryRequest>.Continuation?
  private var hasReceived = false

  /// - Parameters:
  ///   - connection: Is run by its owner.
  ///   - node: Who the client is.
  ///   - resourceTimeout: How long a resource that never came is waited for.
  ///   - seed: For the jitter of the back-off.
  ///   - logger: Hears of streams that end, and of refused resources.
  ///   - onEvent: Called in order, on the actor: it must not block.
  init(
    connection: GRPCClient<HTTP2ClientTransport.Posix>,
    node: Node,
    resourceTimeout: Duration,
    seed: UInt64,
    logger: Logger,
    onEvent: @escaping @Sendable (Event) -> Void
  ) {
    self.connection = connection
    self.logger = logger
    self.onEvent = onEvent
    session = ClientSession(
      node: node,
      resourceTimeout: resourceTimeout.nanoseconds
    )
    dice = SplitMix64(seed: seed)
  }

  func watch(_ listener: String) {
    perform(session.watch(listener, time: .now()))
  }

  /// Keeps a stream open until cancelled.
  func run() async {
    var backoff = Backoff.xdsStream
    while !Task.isCancelled {
      let reason = await runStream()
      if Task.isCancelled { return }
      if hasReceived { backoff.reset() }
      let wait = backoff.next(using: &dice)
      logger.info("ADS stream ended", metadata: ["reason": "\(reason)", "retry": "\(wait)"])
      try? await Task.sleep(for: wait)
    }
  }

  /// Lets resources that never came count as missing; until cancelled.
  func runTimers() async {
    while !Task.isCancelled {
      let wait = session.nextDeadline?.nanoseconds(since: .now()) ?? .max
      try? await Task.sleep(for: .nanoseconds(min(max(wait, 10_000_000), 1_000_000_000)))
      guard let deadline = session.nextDeadline, deadline <= .now() else { continue }
      perform(session.tick(time: .now()))
    }
  }

  /// Opens a stream and answers on it until it ends; says why it did.
  private func runStream() async -> String {
    hasReceived = false
    defer {
      requests?.finish()
      requests = nil
      session.streamClosed(time: .now())
    }
    do {
      try await exchange()
      return "the server closed it"
    } catch let error as RPCError {
      return "\(error.code): \(error.message)"
    } catch {
      return "\(error)"
    }
  }

  private func exchange() async throws {
    let stub = Envoy_Service_Discovery_V3_AggregatedDiscoveryService.Client(wrapping: connection)
    var options = CallOptions.defaults
    options.waitForReady = true
    options.maxRequestMessageBytes = 64 * 1024 * 1024
    try await stub.streamAggregatedResources(
      request: StreamingClientRequest { writer in
        // Only now is there a connection: until then no resource may count as overdue.
        for await request in await self.streamOpened() { try await writer.write(.init(request)) }
      },
      options: options
    ) { response in
      for try await message in response.messages {
        await self.receive(DiscoveryResponse(decoding: message).checked)
      }
    }
  }

  private func streamOpened() -> AsyncStream<DiscoveryRequest> {
    let (outgoing, requests) = AsyncStream.makeStream(of: DiscoveryRequest.self)
    self.requests = requests
    perform(session.streamOpened(time: .now()))
    return outgoing
  }

  private func receive(_ response: DiscoveryResponse) {
    hasReceived = true
    if let type = ResourceType(typeURL: response.typeURL) {
      onEvent(.received(type, version: response.versionInfo))
    }
    perform(session.receive(response, time: .now()))
  }

  private func perform(_ actions: [ClientAction]) {
    for action in actions {
      switch action {
      case .send(.stateOfTheWorld(let request)):
        if let detail = request.errorDetail {
          logger.warning("NACK", metadata: ["reason": "\(detail)"])
        }
        requests?.yield(request)
      case .send(.delta):
        // The session is for state of the world.
        break
      case .update(let listener, let resolved):
        onEvent(.update(listener: listener, resolved))
      case .fail(let listener, let reason):
        onEvent(.fail(listener: listener, reason: reason))
      }
    }
  }
}

extension DiscoveryResponse {
  /// The response with those route configurations marked as invalid that can't be compiled.
  fileprivate var checked: DiscoveryResponse {
    guard typeURL == ResourceType.routeConfiguration.typeURL else { return self }
    var response = self
    response.resources = resources.map { result in
      guard case .success(.routeConfiguration(let configuration)) = result else { return result }
      let defects = RouteTable.defects(of: configuration)
      if defects.isEmpty { return result }
      let reason = defects.joined(separator: "; ")
      return .failure(Invalid(name: configuration.name, reason: reason))
    }
    return response
  }
}
