import ControlPlane
import GRPCCore
import Logging
import MeshClient
import MeshModel
import Synchronization
import Testing
import XDSCore
import XDSProtos

@Suite("The client with the real control plane", .timeLimit(.minutes(1)))
struct ControlPlaneTests {
  @Test("follows the walkthrough's rule sets, acknowledges each and reports by them")
  func walkthrough() async throws {
    let v1 = TestGreeter(version: "v1.0.0")
    let v2 = TestGreeter(version: "v2.0.0")
    let server1 = try await TestServer([v1])
    let server2 = try await TestServer([v2])
    let seen = Mutex<(events: [ClientEvent], calls: [CallRecord])>(([], []))
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let controlPlane = ControlPlane(
      configuration: ControlPlane.Configuration(port: 0),
      onEvent: { event in seen.withLock { $0.events.append(event) } },
      onCalls: { calls, _ in seen.withLock { $0.calls += calls } },
      clock: { .zero },
      logger: logger
    )
    let inventory = MeshInventory(
      services: [Walkthrough.service],
      workloads: [workload("v1", server1), workload("v2", server2)]
    )

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await controlPlane.run() }
      let address = try await controlPlane.boundAddress
      let transport = try XDSClientTransport(
        authority: "\(Walkthrough.host):\(Walkthrough.port)",
        bootstrap: Bootstrap(
          server: ServerAddress(host: address.host, port: UInt16(address.port)),
          nodeID: "sidecar~127.0.0.1~client.default~default.svc.cluster.local"
        ),
        logger: logger
      )
      let client = GRPCClient(transport: transport)
      group.addTask { try await client.runConnections() }
      let greeter = Api_Greeter.Client(wrapping: client)
      var set: SnapshotSet?
      for (index, step) in Walkthrough.steps.enumerated() {
        let revision = UInt64(index + 1)
        let mesh = Mesh(rules: step.rules, inventory: inventory)
        let next = SnapshotSet(mesh: mesh, boot: "b1", revision: revision, previous: set)
        controlPlane.publish(next)
        set = next
        try await eventually("the client has the routes of \(revision)") {
          seen.withLock { seen in
            seen.events.contains { $0.kind == .acked(.routeConfiguration, revision: revision) }
          }
        }
        for _ in 0..<10 {
          _ = try await greeter.sayHello(.init(name: "you"), metadata: ["user": "admin"])
        }
      }
      let calls = 10 * Walkthrough.steps.count
      try await eventually("all calls are reported") { seen.withLock(\.calls.count) == calls }
      seen.withLock { seen in
        #expect(seen.calls.allSatisfy { $0.statusCode == 0 })
        #expect(seen.calls.allSatisfy { $0.nodeID.hasPrefix("sidecar~") })
        #expect(seen.calls.count { $0.workloadVersion == "v1.0.0" } == v1.calls)
        let isNack = { (event: ClientEvent) in
          if case .nacked = event.kind { true } else { false }
        }
        #expect(!seen.events.contains(where: isNack))
      }
      #expect(v1.calls + v2.calls == calls)
      client.beginGracefulShutdown()
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
    await server1.kill()
    await server2.kill()
  }

  private func workload(_ version: String, _ server: TestServer) -> Workload {
    Workload(
      id: "server-\(version)",
      host: Walkthrough.host,
      address: "127.0.0.1",
      port: server.port,
      workloadVersion: "\(version).0.0",
      labels: [Walkthrough.versionLabel: version]
    )
  }
}
