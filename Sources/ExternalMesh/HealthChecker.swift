internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
internal import XDSProtos

/// Asks endpoints for their health, over and over, each on one connection of its own.
package final class HealthChecker: Service {
  private struct State {
    var wanted: Set<EndpointAddress> = []
    /// Those with a task; one that is no longer wanted leaves at its next check.
    var running: Set<EndpointAddress> = []
    var health: [EndpointAddress: EndpointHealth] = [:]
  }

  /// How long it may take until other endpoints are noticed.
  private static let longestPause = Duration.milliseconds(500)

  private let settings: HealthCheckSettings
  private let logger: Logger
  private let endpoints: @Sendable () -> Set<EndpointAddress>
  private let onChange: @Sendable (Set<EndpointAddress>) -> Void
  private let gate: CheckGate
  private let state = Mutex(State())
  /// Says that ``unhealthy`` may have changed; newest only, as one look is enough.
  private let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// - Parameters:
  ///   - settings: How to ask.
  ///   - endpoints: Says whom to ask; called again and again.
  ///   - onChange: Told of the endpoints whose checks failed, so many in a row, whenever these are
  ///     others; one call at a time, in order.
  ///   - logger: Told why endpoints are unhealthy.
  package init(
    _ settings: HealthCheckSettings,
    endpoints: @escaping @Sendable () -> Set<EndpointAddress>,
    onChange: @escaping @Sendable (Set<EndpointAddress>) -> Void,
    logger: Logger
  ) {
    self.settings = settings
    self.logger = logger
    self.endpoints = endpoints
    self.onChange = onChange
    gate = CheckGate(limit: settings.maximumConcurrentChecks)
  }

  /// Asks until the service group shuts down or the task is cancelled.
  package func run() async {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.tell() }
        while !Task.isCancelled {
          for endpoint in self.takeNew() {
            group.addTask { await self.watch(endpoint) }
          }
          try? await Task.sleep(for: min(self.settings.interval, Self.longestPause))
        }
      }
    }
  }

  /// Takes in whom to ask from now on; gives back those who have no task yet.
  private func takeNew() -> Set<EndpointAddress> {
    let wanted = endpoints()
    let (new, isChanged) = state.withLock { state in
      let before = state.health.count
      state.wanted = wanted
      state.health = state.health.filter { wanted.contains($0.key) }
      let new = wanted.subtracting(state.running)
      state.running.formUnion(new)
      return (new, state.health.count != before)
    }
    if isChanged { changes.continuation.yield() }
    return new
  }

  private func tell() async {
    var told: Set<EndpointAddress> = []
    for await _ in changes.stream {
      let unhealthy = state.withLock { state in
        Set(state.health.lazy.filter { !$0.value.isHealthy }.map(\.key))
      }
      guard unhealthy != told else { continue }
      told = unhealthy
      onChange(unhealthy)
    }
  }

  private func watch(_ target: EndpointAddress) async {
    while true {
      do {
        try await withGRPCClient(transport: try transport(to: target)) { client in
          await self.check(target, with: Grpc_Health_V1_Health.Client(wrapping: client))
        }
        return
      } catch {
        // The connection can't be had at all; it is no more than a failed check.
        record(.failed(reason: "\(error)"), of: target)
        try? await Task.sleep(for: settings.interval)
        guard goesOn(target) else { return }
      }
    }
  }

  /// Checks a target until nobody wants it.
  private func check<Transport: ClientTransport>(
    _ target: EndpointAddress,
    with client: Grpc_Health_V1_Health.Client<Transport>
  ) async {
    while goesOn(target) {
      let outcome = await gate.pass { await self.outcome(with: client) }
      record(outcome, of: target)
      try? await Task.sleep(for: settings.interval)
    }
  }

  private func transport(to target: EndpointAddress) throws -> HTTP2ClientTransport.Posix {
    try HTTP2ClientTransport.Posix(
      target: target.resolvable,
      transportSecurity: .plaintext,
      config: .defaults { config in
        config.backoff = .init(
          initial: min(.milliseconds(250), settings.interval),
          max: settings.interval,
          multiplier: 1.6,
          jitter: 0.2
        )
      }
    )
  }

  /// Whether the target's task has more to do; one that hasn't is over.
  private func goesOn(_ target: EndpointAddress) -> Bool {
    state.withLock { state in
      guard !Task.isCancelled, state.wanted.contains(target) else {
        state.running.remove(target)
        return false
      }
      return true
    }
  }

  private func outcome<Transport: ClientTransport>(
    with client: Grpc_Health_V1_Health.Client<Transport>
  ) async -> EndpointHealth.Outcome {
    var request = Grpc_Health_V1_HealthCheckRequest()
    request.service = settings.service
    var options = CallOptions.defaults
    options.timeout = settings.timeout
    options.waitForReady = false
    do {
      let response = try await client.check(request, options: options)
      return response.status == .serving ? .passed : .failed(reason: "it says \(response.status)")
    } catch let error as RPCError where error.code == .unimplemented {
      // It answers, though it has no health service: as for gRPC's own clients, that will do.
      return .passed
    } catch {
      return .failed(reason: (error as? RPCError)?.message ?? "\(error)")
    }
  }

  private func record(_ outcome: EndpointHealth.Outcome, of target: EndpointAddress) {
    // A check that was cancelled says nothing.
    guard !Task.isCancelled else { return }
    let isChanged = state.withLock { state in
      guard state.wanted.contains(target) else { return false }
      let unasked = EndpointHealth(
        failureThreshold: settings.failureThreshold,
        successThreshold: settings.successThreshold
      )
      return state.health[target, default: unasked].record(outcome)
    }
    guard isChanged else { return }
    switch outcome {
    case .passed:
      logger.notice("endpoint is healthy again", metadata: ["endpoint": "\(target)"])
    case .failed(let reason):
      logger.warning(
        "endpoint is unhealthy",
        metadata: ["endpoint": "\(target)", "reason": "\(reason)"]
      )
    }
    changes.continuation.yield()
  }
}

extension EndpointAddress {
  fileprivate var resolvable: any ResolvableTarget {
    address.contains(":")
      ? .ipv6(address: address, port: Int(port)) : .ipv4(address: address, port: Int(port))
  }
}
