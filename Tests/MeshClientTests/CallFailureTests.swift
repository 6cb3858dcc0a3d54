import GRPCCore
import MeshClient
import Testing
import XDSCore

@Suite("Calls that can't be placed", .timeLimit(.minutes(1)))
struct CallFailureTests {
  @Test("say that no route matches")
  func noRoute() async throws {
    try await expectFailure(naming: ["greeter-routes", "version 9", "/api.Greeter/SayHello"]) {
      TestMesh.resources(
        routes: [.user("admin", to: "v2")],
        endpoints: ["v2": [Endpoint(address: "127.0.0.1", port: 1)]]
      )
    }
  }

  @Test("say that no virtual host takes the target")
  func noVirtualHost() async throws {
    let host = VirtualHost(name: "other", domains: ["other:1"], routes: [.all(to: "v1")])
    try await expectFailure(naming: [TestMesh.authority, "virtual host"]) {
      [
        .listener(Listener(name: TestMesh.authority, routeConfigurationName: "r")),
        .routeConfiguration(RouteConfiguration(name: "r", virtualHosts: [host])),
      ]
    }
  }

  @Test("say that the cluster does not exist")
  func noCluster() async throws {
    try await expectFailure(naming: ["route all", "cluster v3"], after: .seconds(4)) {
      TestMesh.resources(routes: [.all(to: "v3")], endpoints: [:])
    }
  }

  @Test("say that the cluster has no endpoint")
  func noEndpoint() async throws {
    try await expectFailure(naming: ["route all", "cluster v1"]) {
      TestMesh.resources(routes: [.all(to: "v1")], endpoints: ["v1": []])
    }
  }

  @Test("say that the listener does not exist")
  func noListener() async throws {
    try await expectFailure(naming: [TestMesh.authority], after: .seconds(1)) { [] }
  }

  @Test("end at once when cancelled while they wait for the first configuration")
  func cancelledWhileWaiting() async throws {
    try await TestMesh.run { mesh in
      let call = Task { try await mesh.call() }
      try await Task.sleep(for: .milliseconds(100))
      call.cancel()
      let start = ContinuousClock.now
      let error = await #expect(throws: (any Error).self) { try await call.value }
      #expect((error as? RPCError)?.code == .cancelled || error is CancellationError)
      #expect(start.duration(to: .now) < .seconds(5))
      mesh.publish("1", routes: [.all(to: "v1")])
      try await mesh.expectAnswer("v1.0.0")
      #expect(mesh.v1.calls == 1)
    }
  }

  @Test("keep to their deadline while they wait for the first configuration")
  func deadline() async throws {
    try await TestMesh.run { mesh in
      var options = CallOptions.defaults
      options.timeout = .milliseconds(100)
      let impatient = options
      let error = await #expect(throws: RPCError.self) {
        try await mesh.call(options: impatient)
      }
      #expect(error?.code == .deadlineExceeded)
    }
  }

  @Test("fail when the client shuts down while they wait")
  func shutdown() async throws {
    let mesh = try await TestMesh()
    let error = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await mesh.client.runConnections() }
      let call = Task { try await mesh.call() }
      try await Task.sleep(for: .milliseconds(100))
      mesh.client.beginGracefulShutdown()
      let error = await #expect(throws: RPCError.self) { try await call.value }
      try await group.waitForAll()
      return error
    }
    #expect(error?.code == .unavailable)
    await mesh.stopServers()
  }

  @Test("leave the rules in force when the new ones are refused")
  func refusedRules() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [.all(to: "v1")])
      try await mesh.expectAnswer("v1.0.0")
      let bad = Route(
        name: "bad",
        match: RouteMatch(path: .regex("(")),
        action: .cluster("v2")
      )
      mesh.publish("2", routes: [bad])
      try await eventually("the rules are refused") { !mesh.controlPlane.nacks.isEmpty }
      #expect(mesh.controlPlane.nacks.first?.contains("greeter-routes") == true)
      try await mesh.expectAnswer("v1.0.0")
    }
  }

  // The timeout is short where what is missing is found out by it alone, but not so short that a
  // busy machine finds the rest missing too.
  private func expectFailure(
    naming words: [String],
    after resourceTimeout: Duration = .seconds(15),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ resources: @Sendable () -> [Resource]
  ) async throws {
    let resources = resources()
    try await TestMesh.run(resourceTimeout: resourceTimeout) { mesh in
      mesh.controlPlane.publish("9", resources)
      let error = await #expect(throws: RPCError.self, sourceLocation: sourceLocation) {
        try await mesh.call()
      }
      #expect(error?.code == .unavailable, sourceLocation: sourceLocation)
      for word in words {
        let message = error?.message ?? ""
        #expect(message.contains(word), "\(message)", sourceLocation: sourceLocation)
      }
    }
  }
}
