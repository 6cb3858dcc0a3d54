@testable import ExternalMesh
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCServices
import MeshModel
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

  @Test("what a file says against an endpoint stands, whatever checks say")
  func merging() {
    let host = HostName("a.example.com")
    let workloads = [Workload.Health.healthy, .draining, .unhealthy].enumerated().map {
      index,
      health in
      Workload(
        id: "\(index)",
        host: host,
        address: "10.0.0.\(index)",
        port: 1,
        workloadVersion: "",
        labels: [:],
        health: health
      )
    }
    let inventory = MeshInventory(workloads: workloads)
    #expect(inventory.healthTargets == [HealthTarget(address: "10.0.0.0", port: 1)])
    let all = Set(workloads.map(HealthTarget.init))
    let merged = inventory.marking(unhealthy: all).workloads.map(\.health)
    #expect(merged == [.unhealthy, .draining, .unhealthy])
  }

  // MARK: Real servers

  private static let checks = HealthCheckSettings(
    interval: .milliseconds(50),
    timeout: .seconds(2),
    maximumConcurrentChecks: 2
  )

  private func healths(_ telling: Telling) -> [Workload.Health] {
    telling.content?.inventory.workloads.map(\.health) ?? []
  }

  private func withMesh(
    _ text: String,
    checks: HealthCheckSettings = checks,
    _ body: (Recorder<Telling>, TemporaryFolder) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(text, to: "mesh.yaml")
    let recorder = Recorder<Telling>()
    let mesh = ExternalMesh(
      paths: [folder.path("mesh.yaml")],
      initial: nil,
      settings: .init(
        pollInterval: .milliseconds(20),
        settleTime: .milliseconds(10),
        healthChecks: checks
      ),
      observer: recorder.observer,
      logger: .silent
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await mesh.run() }
      try await body(recorder, folder)
      group.cancelAll()
    }
  }

  @Test("an endpoint that says NOT_SERVING is unhealthy until it serves again")
  func notServing() async throws {
    let book = HealthStatusBook()
    try await withServer(book) { port in
      try await withMesh(serviceEntry("a", "127.0.0.1:\(port)")) { recorder, _ in
        #expect(await recorder.newest { healths($0) == [.healthy] })
        book.set(.notServing, of: "")
        #expect(await recorder.newest { healths($0) == [.unhealthy] })
        book.set(.serving, of: "")
        #expect(await recorder.newest { healths($0) == [.healthy] })
      }
    }
  }

  @Test("an endpoint that stops is unhealthy, and healthy once it is back")
  func restarted() async throws {
    let port = try await withServer(HealthStatusBook()) { $0 }
    try await withMesh(serviceEntry("a", "127.0.0.1:\(port)")) { recorder, _ in
      #expect(await recorder.newest { healths($0) == [.unhealthy] })
      try await withServer(HealthStatusBook(), port: port) { _ in
        #expect(await recorder.newest { healths($0) == [.healthy] })
      }
      #expect(await recorder.newest { healths($0) == [.unhealthy] })
    }
  }

  @Test("a named service is asked for by its name")
  func named() async throws {
    var checks = Self.checks
    checks.service = "api.Greeter"
    let book = HealthStatusBook(["api.Greeter": .serving])
    try await withServer(book) { port in
      try await withMesh(serviceEntry("a", "127.0.0.1:\(port)"), checks: checks) { recorder, _ in
        #expect(await recorder.newest { healths($0) == [.healthy] })
        book.set(nil, of: "api.Greeter")
        #expect(await recorder.newest { healths($0) == [.unhealthy] })
      }
    }
  }

  @Test("endpoints that come and go with the files are asked, and no longer")
  func comeAndGo() async throws {
    let gone = try await withServer(HealthStatusBook()) { $0 }
    try await withServer(HealthStatusBook()) { port in
      let both = serviceEntry("a", "127.0.0.1:\(port)", "127.0.0.1:\(gone)")
      try await withMesh(serviceEntry("a", "127.0.0.1:\(port)")) { recorder, folder in
        #expect(await recorder.newest { healths($0) == [.healthy] })
        try folder.write(both, to: "mesh.yaml")
        #expect(await recorder.newest { healths($0) == [.healthy, .unhealthy] })
        try folder.write(serviceEntry("a", "127.0.0.1:\(gone)"), to: "mesh.yaml")
        #expect(await recorder.newest { healths($0) == [.unhealthy] })
        try folder.write(serviceEntry("a", "127.0.0.1:\(port)"), to: "mesh.yaml")
        #expect(await recorder.newest { healths($0) == [.healthy] })
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
    try await withMesh(serviceEntry("a", "127.0.0.1:\(port)")) { recorder, _ in
      #expect(await recorder.newest { healths($0) == [.unhealthy] })
      let again = GRPCServer(
        transport: .http2NIOPosix(
          address: .ipv4(host: "127.0.0.1", port: port),
          transportSecurity: .plaintext
        ),
        services: []
      )
      try await run(again) { _ in
        #expect(await recorder.newest { healths($0) == [.healthy] })
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
