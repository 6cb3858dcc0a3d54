@testable import ExternalMesh
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCServices
import MeshModel
import Synchronization
import TestSupport
import Testing

@Suite("Health checks of endpoints", .serialized)
struct HealthCheckTests {
  // MARK: The machine

  @Test(
    "an endpoint changes after so many outcomes in a row",
    arguments: [
      // threshold of failures, of successes, outcomes (+ passed, - failed), healthy after each
      (2, 1, "+-+--+", "hhhhuh"), (1, 1, "-+-", "uhu"), (3, 2, "--+---+-++", "hhhhhuuuuh"),
    ]
  )
  func machine(_ failures: Int, _ successes: Int, _ outcomes: String, _ states: String) {
    var health = EndpointHealth(failureThreshold: failures, successThreshold: successes)
    var seen = ""
    for outcome in outcomes {
      let was = health.isHealthy
      let isChanged = health.record(outcome == "+" ? .passed : .failed(reason: "test"))
      #expect(isChanged == (was != health.isHealthy))
      seen += health.isHealthy ? "h" : "u"
    }
    #expect(seen == states)
  }

  // MARK: Real servers

  private static let checks = HealthCheckSettings(
    interval: .milliseconds(50),
    timeout: .seconds(2),
    maximumConcurrentChecks: 2
  )

  /// Asks endpoints of 127.0.0.1 while the body runs, which may change whom to ask.
  private func withChecker(
    of ports: Int...,
    checks: HealthCheckSettings = checks,
    _ body: (Recorder<Set<EndpointAddress>>, Wanted) async throws -> Void
  ) async throws {
    let wanted = Wanted(endpoints(ports))
    let recorder = Recorder<Set<EndpointAddress>>()
    let checker = HealthChecker(
      checks,
      endpoints: { wanted.endpoints.withLock { $0 } },
      onChange: { recorder.record($0) },
      logger: .silent
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await checker.run() }
      try await body(recorder, wanted)
      group.cancelAll()
    }
  }

  private final class Wanted: Sendable {
    let endpoints: Mutex<Set<EndpointAddress>>

    init(_ endpoints: Set<EndpointAddress>) {
      self.endpoints = Mutex(endpoints)
    }
  }

  private func endpoints(_ ports: [Int]) -> Set<EndpointAddress> {
    Set(ports.map { EndpointAddress(address: "127.0.0.1", port: UInt16($0)) })
  }

  /// Waits until these are unhealthy, and no others.
  private func become(
    _ ports: [Int],
    unhealthyIn recorder: Recorder<Set<EndpointAddress>>
  ) async -> Bool {
    let wanted = endpoints(ports)
    return await recorder.waits { ($0.last ?? []) == wanted }
  }

  @Test("an endpoint that says NOT_SERVING is unhealthy until it serves again")
  func notServing() async throws {
    let book = HealthStatusBook()
    try await withServer(book) { port in
      try await withChecker(of: port) { recorder, _ in
        book.set(.notServing, of: "")
        #expect(await become([port], unhealthyIn: recorder))
        book.set(.serving, of: "")
        #expect(await become([], unhealthyIn: recorder))
        #expect(recorder.all.count == 2)
      }
    }
  }

  @Test("an endpoint that stops is unhealthy, and healthy once it is back")
  func restarted() async throws {
    let port = try await withServer(HealthStatusBook()) { $0 }
    try await withChecker(of: port) { recorder, _ in
      #expect(await become([port], unhealthyIn: recorder))
      try await withServer(HealthStatusBook(), port: port) { _ in
        #expect(await become([], unhealthyIn: recorder))
      }
      #expect(await become([port], unhealthyIn: recorder))
    }
  }

  @Test("a named service is asked for by its name")
  func named() async throws {
    var checks = Self.checks
    checks.service = "api.Greeter"
    let book = HealthStatusBook(["api.Greeter": .serving])
    try await withServer(book) { port in
      try await withChecker(of: port, checks: checks) { recorder, _ in
        book.set(nil, of: "api.Greeter")
        #expect(await become([port], unhealthyIn: recorder))
      }
    }
  }

  @Test("endpoints that come and go are asked, and no longer")
  func comeAndGo() async throws {
    let gone = try await withServer(HealthStatusBook()) { $0 }
    try await withServer(HealthStatusBook()) { port in
      try await withChecker(of: port) { recorder, wanted in
        wanted.endpoints.withLock { $0 = endpoints([port, gone]) }
        #expect(await become([gone], unhealthyIn: recorder))
        wanted.endpoints.withLock { $0 = endpoints([port]) }
        #expect(await become([], unhealthyIn: recorder))
        wanted.endpoints.withLock { $0 = endpoints([gone]) }
        #expect(await become([gone], unhealthyIn: recorder))
      }
    }
  }

  @Test("a server without the health service is healthy, as it answers")
  func unimplemented() async throws {
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: 0),
        transportSecurity: .plaintext
      ),
      services: []
    )
    let port = try await run(server) { $0 }
    try await withChecker(of: port) { recorder, _ in
      #expect(await become([port], unhealthyIn: recorder))
      let again = GRPCServer(
        transport: .http2NIOPosix(
          address: .ipv4(host: "127.0.0.1", port: port),
          transportSecurity: .plaintext
        ),
        services: []
      )
      try await run(again) { _ in
        #expect(await become([], unhealthyIn: recorder))
      }
    }
  }
}

/// Runs a server with the health service while the body runs; returns what the body does.
private func withServer<Result: Sendable>(
  _ book: HealthStatusBook,
  port: Int = 0,
  _ body: (Int) async throws -> Result
) async throws -> Result {
  let server = GRPCServer(
    transport: .http2NIOPosix(
      address: .ipv4(host: "127.0.0.1", port: port),
      transportSecurity: .plaintext
    ),
    services: [HealthService(book)]
  )
  return try await run(server, body)
}

private func run<Result: Sendable>(
  _ server: GRPCServer<HTTP2ServerTransport.Posix>,
  _ body: (Int) async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.serve() }
    let port = try await #require(server.listeningAddress?.ipv4?.port)
    let result = try await body(port)
    group.cancelAll()
    return result
  }
}
