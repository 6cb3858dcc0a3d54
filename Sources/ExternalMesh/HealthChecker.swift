internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Logging
internal import Synchronization
internal import XDSProtos

/// Asks endpoints for their health, over and over, each on one connection of its own.
final class HealthChecker: Sendable {
  private struct State {
    var wanted: Set<HealthTarget> = []
    /// Those with a task; one that is no longer wanted leaves at its next check.
    var running: Set<HealthTarget> = []
    var health: [HealthTarget: EndpointHealth] = [:]
  }

  private let settings: HealthCheckSettings
  private let logger: Logger
  private let onChange: @Sendable () -> Void
  private let gate: CheckGate
  private let state = Mutex(State())
  /// Says that other targets are wanted; newest only, as one look is enough.
  private let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// `onChange` is called when ``unhealthy`` may have changed, outside of any lock.
  init(
    _ settings: HealthCheckSettings,
    logger: Logger,
    onChange: @escaping @Sendable () -> Void
  ) {
    self.settings = settings
    self.logger = logger
    self.onChange = onChange
    gate = CheckGate(limit: settings.maximumConcurrentChecks)
  }

  /// The targets whose checks failed, so many in a row.
  var unhealthy: Set<HealthTarget> {
    state.withLock { state in Set(state.health.lazy.filter { !$0.value.isHealthy }.map(\.key)) }
  }

  /// Says whom to ask from now on.
  func setTargets(_ targets: Set<HealthTarget>) {
    state.withLock { state in
      state.wanted = targets
      state.health = state.health.filter { targets.contains($0.key) }
    }
    changes.continuation.yield()
  }

  /// Asks until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await _ in changes.stream {
        let new = state.withLock { state in
          let new = state.wanted.subtracting(state.running)
          state.running.formUnion(new)
          return new
        }
        for target in new {
          group.addTask { await self.watch(target) }
        }
      }
    }
  }

  private func watch(_ target: HealthTarget) async {
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
    _ target: HealthTarget,
    with client: Grpc_Health_V1_Health.Client<Transport>
  ) async {
    while goesOn(target) {
      let outcome = await gate.pass { await self.outcome(with: client) }
      record(outcome, of: target)
      try? await Task.sleep(for: settings.interval)
    }
  }

  private func transport(to target: HealthTarget) throws -> HTTP2ClientTransport.Posix {
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
  private func goesOn(_ target: HealthTarget) -> Bool {
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

  private func record(_ outcome: EndpointHealth.Outcome, of target: HealthTarget) {
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
    onChange()
  }
}

extension HealthTarget {
  fileprivate var resolvable: any ResolvableTarget {
    address.contains(":")
      ? .ipv6(address: address, port: Int(port)) : .ipv4(address: address, port: Int(port))
  }
}
