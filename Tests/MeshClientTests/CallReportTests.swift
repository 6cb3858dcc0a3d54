import GRPCCore
import MeshClient
import MeshModel
import Synchronization
import Testing
import XDSCore
import XDSProtos
import XDSWire

@Suite("Call reports", .timeLimit(.minutes(1)))
struct CallReportTests {
  @Test("tell who called what, by which rule and version, and who answered")
  func content() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("boot-3", routes: [.user("admin", to: "v2"), .all(to: "v1")])
      try await mesh.call(user: "admin")
      try await eventually("the report has come") { mesh.controlPlane.calls.count == 1 }
      let call = try #require(mesh.controlPlane.calls.first)
      #expect(call.nodeID == "test-client")
      #expect(call.authority == TestMesh.authority)
      #expect(call.path == "/api.Greeter/SayHello")
      #expect(call.headers == [HeaderField(name: "user", value: "admin")])
      #expect(call.routeName == "user")
      #expect(call.configVersion == "boot-3")
      #expect(call.cluster == "v2")
      #expect(call.endpoint == mesh.server2.hostPort)
      #expect(call.workloadVersion == "v2.0.0")
      #expect(call.statusCode == 0)
      #expect(call.latencyMicroseconds > 0)
      #expect(call.time.microseconds > 1_700_000_000_000_000)
    }
  }

  @Test("count every call once, a stream as one, and come in batches")
  func completeness() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [.weighted(["v1": 1, "v2": 1])])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { for _ in 0..<50 { try await mesh.call() } } }
        try await group.waitForAll()
      }
      _ = try await mesh.greeter.sayHelloStream(
        request: StreamingClientRequest { writer in
          for _ in 0..<10 { try await writer.write(.init(name: "you")) }
        }
      ) { response in
        for try await _ in response.messages {}
      }
      try await eventually("all reports have come") { mesh.controlPlane.calls.count == 201 }
      let calls = mesh.controlPlane.calls
      #expect(calls.count(where: { $0.workloadVersion == "v1.0.0" }) == mesh.v1.calls)
      #expect(calls.count(where: { $0.workloadVersion == "v2.0.0" }) == mesh.v2.calls)
      #expect(calls.count(where: { $0.path.hasSuffix("Stream") }) == 1)
      let batches = mesh.controlPlane.state.withLock { $0.reports.map(\.calls.count) }
      #expect(batches.contains { $0 > 1 }, "\(batches)")
      #expect(mesh.controlPlane.dropped == 0)
      #expect(mesh.transport.reportCounts.sent == 201)
    }
  }

  @Test("tell how calls failed")
  func failures() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [.user("admin", to: "v2"), .all(to: "v1")], v2: [])
      await #expect(throws: RPCError.self) { try await mesh.call("fail") }
      await #expect(throws: RPCError.self) { try await mesh.call(user: "admin") }
      var options = CallOptions.defaults
      options.timeout = .milliseconds(400)
      let impatient = options
      await #expect(throws: RPCError.self) { try await mesh.call("slow", options: impatient) }
      try await eventually("the reports have come") { mesh.controlPlane.calls.count == 3 }
      let calls = mesh.controlPlane.calls
      #expect(calls.map(\.statusCode) == [5, 14, 4])
      #expect(calls.map(\.cluster) == ["v1", "v2", "v1"])
      #expect(calls[1].endpoint == "")
      #expect(calls[2].endpoint == mesh.server1.hostPort)
    }
  }

  @Test("wait while the server is away, the newest of them, and the lost are counted")
  func dropped() async throws {
    try await TestMesh.run(reportCapacity: 10) { mesh in
      mesh.publish("1", routes: [.all(to: "v1")])
      try await mesh.call()
      try await eventually("the first report has come") { mesh.controlPlane.calls.count == 1 }
      await mesh.xds.kill()
      for _ in 0..<25 { try await mesh.call() }
      try await eventually("the ring is full") { mesh.transport.reportCounts.waiting == 10 }

      let server = try await TestServer(mesh.controlPlane.services, port: mesh.xds.port)
      try await eventually("what was kept has come") { mesh.controlPlane.calls.count >= 11 }
      try await eventually("all are accounted for") {
        // A batch on its way when the server died is lost without a trace, as ALS has no ACK.
        mesh.transport.reportCounts.sent + mesh.transport.reportCounts.dropped == 26
      }
      #expect(mesh.controlPlane.dropped == mesh.transport.reportCounts.dropped)
      #expect(mesh.controlPlane.dropped > 0)
      await server.kill()
    }
  }

  @Test("that still wait at a graceful shutdown are sent before it ends")
  func flush() async throws {
    let mesh = try await TestMesh()
    mesh.publish("1", routes: [.all(to: "v1")])
    try await withGRPCClient(transport: mesh.transport) { client in
      for _ in 0..<5 {
        _ = try await Api_Greeter.Client(wrapping: client).sayHello(.init(name: "you"))
      }
    }
    #expect(mesh.transport.reportCounts.sent == 5)
    try await eventually("the reports have come") { mesh.controlPlane.calls.count == 5 }
    await mesh.stopServers()
  }
}
