package import GRPCCore
import XDSProtos

/// Measures how many calls a second a transport carries, by the greeter's own stub.
package struct CallBenchmark: Sendable {
  package struct Result: Hashable, Sendable {
    package var calls: Int
    package var elapsed: Duration
    /// In microseconds; half of the calls took no longer.
    package var medianLatency: UInt64
    /// In microseconds; 99 of 100 calls took no longer.
    package var latencyAt99: UInt64

    package var callsPerSecond: Double {
      Double(calls) / (Double(max(elapsed.wholeMicroseconds, 1)) / 1_000_000)
    }
  }

  /// How many calls are made in all, and how many at a time; both 1 or more.
  package var calls: Int
  package var inFlight: Int

  package init(calls: Int, inFlight: Int) {
    self.calls = max(1, calls)
    self.inFlight = max(1, min(inFlight, calls))
  }

  /// Calls `SayHello` over a transport that it runs for the time.
  ///
  /// A tenth as many calls go before, unmeasured: connections stand then.
  /// - Throws: The first call's error.
  package func run(over transport: some ClientTransport) async throws -> Result {
    try await withGRPCClient(transport: transport) { client in
      let greeter = Api_Greeter.Client(wrapping: client)
      _ = try await measure(greeter, calls: max(1, calls / 10))
      return try await measure(greeter, calls: calls)
    }
  }

  private func measure(
    _ greeter: Api_Greeter.Client<some ClientTransport>,
    calls: Int
  ) async throws -> Result {
    let start = ContinuousClock.now
    let latencies = try await withThrowingTaskGroup(of: [UInt64].self) { group in
      for worker in 0..<inFlight {
        let share = calls / inFlight + (worker < calls % inFlight ? 1 : 0)
        group.addTask { try await CallBenchmark.call(greeter, times: share) }
      }
      return try await group.reduce(into: [UInt64]()) { $0 += $1 }.sorted()
    }
    return Result(
      calls: latencies.count,
      elapsed: start.duration(to: .now),
      medianLatency: latencies[latencies.count / 2],
      latencyAt99: latencies[latencies.count * 99 / 100]
    )
  }

  private static func call(
    _ greeter: Api_Greeter.Client<some ClientTransport>,
    times: Int
  ) async throws -> [UInt64] {
    var latencies: [UInt64] = []
    latencies.reserveCapacity(times)
    var request = Api_HelloRequest()
    request.name = "laurence"
    for _ in 0..<times {
      let start = ContinuousClock.now
      _ = try await greeter.sayHello(request)
      latencies.append(start.duration(to: .now).wholeMicroseconds)
    }
    return latencies
  }
}
