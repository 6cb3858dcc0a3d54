import GRPCCore
import MeshClient
import MeshModel
import Testing
import XDSCore
import XDSProtos

@Suite("Load balancing over a real transport", .timeLimit(.minutes(1)))
struct LoadBalancingTests {
  /// One cluster with those localities; calls go by the header `user` where the cluster hashes.
  private static func publish(
    _ mesh: TestMesh,
    _ cluster: Cluster,
    _ localities: [LocalityEndpoints]
  ) {
    let route = Route(
      name: "all",
      match: RouteMatch(),
      action: .cluster(cluster.name),
      settings: RouteSettings(hashPolicies: [.header("user")])
    )
    let assignment = ClusterLoadAssignment(clusterName: cluster.name, localities: localities)
    var resources = TestMesh.resources(routes: [route], endpoints: [:])
    resources += [.cluster(cluster), .endpoints(assignment)]
    mesh.controlPlane.publish("1", resources)
  }

  private static func both(_ mesh: TestMesh) -> [LocalityEndpoints] {
    [LocalityEndpoints(weight: 2, endpoints: [mesh.server1.endpoint, mesh.server2.endpoint])]
  }

  @Test("by a ring sends calls of one user to one endpoint, and those of many to all")
  func ringHash() async throws {
    try await TestMesh.run { mesh in
      let cluster = Cluster(name: "c", loadBalancing: .ringHash(minimumSize: 1024))
      Self.publish(mesh, cluster, Self.both(mesh))
      let first = try await mesh.call(user: "admin")
      for _ in 0..<200 { try await mesh.expectAnswer(first, user: "admin") }
      var answers: [String: Int] = [:]
      for number in 0..<100 { answers[try await mesh.call(user: "u\(number)"), default: 0] += 1 }
      // Four standard deviations, and what two endpoints' shares of a ring of 1,024 differ by.
      for version in ["v1.0.0", "v2.0.0"] { #expect(answers[version, default: 0] > 25) }
      // Without the header any endpoint may get the call.
      let (before1, before2) = (mesh.v1.calls, mesh.v2.calls)
      for _ in 0..<40 { try await mesh.call() }
      #expect(mesh.v1.calls > before1)
      #expect(mesh.v2.calls > before2)
    }
  }

  @Test("by a ring sends the calls of a killed endpoint to the other, and only those")
  func ringHashFailover() async throws {
    try await TestMesh.run { mesh in
      let cluster = Cluster(name: "c", loadBalancing: .ringHash(minimumSize: 1024))
      Self.publish(mesh, cluster, Self.both(mesh))
      try await eventually("both answer") {
        try await mesh.call()
        return mesh.v1.calls > 0 && mesh.v2.calls > 0
      }
      await mesh.server2.kill()
      try await eventually("the other takes them") {
        for number in 0..<20 where try await mesh.answer(user: "u\(number)") != "v1.0.0" {
          return false
        }
        return true
      }
    }
  }

  @Test("follows the weights of localities and endpoints")
  func weights() async throws {
    try await TestMesh.run { mesh in
      Self.publish(
        mesh,
        Cluster(name: "c"),
        [
          LocalityEndpoints(zone: "a", weight: 1, endpoints: [mesh.server1.endpoint]),
          LocalityEndpoints(zone: "b", weight: 4, endpoints: [mesh.server2.endpoint]),
        ]
      )
      try await eventually("both answer") {
        try await mesh.call()
        return mesh.v1.calls > 0 && mesh.v2.calls > 0
      }
      let before = mesh.v1.calls
      for _ in 0..<500 { try await mesh.call() }
      // n p = 100, sigma = sqrt(500 * 0.2 * 0.8) = 8.9
      #expect(abs(mesh.v1.calls - before - 100) < 36)
    }
  }

  @Test("by least requests uses all endpoints")
  func leastRequest() async throws {
    try await TestMesh.run { mesh in
      Self.publish(mesh, Cluster(name: "c", loadBalancing: .leastRequest), Self.both(mesh))
      try await eventually("both answer") {
        try await mesh.call()
        return mesh.v1.calls > 0 && mesh.v2.calls > 0
      }
    }
  }

  @Test("refuses the call that is one more than a cluster may have at a time")
  func circuitBreaker() async throws {
    try await TestMesh.run { mesh in
      let pool = ConnectionPool(http: .init(http2MaxRequests: 2))
      Self.publish(mesh, Cluster(name: "c", connectionPool: pool), Self.both(mesh))
      async let first = mesh.call("slow")
      async let second = mesh.call("slow")
      try await eventually("both are under way") { mesh.v1.calls + mesh.v2.calls == 2 }
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("cluster c: 2 calls are under way") == true)
      _ = try await (first, second)
      #expect(mesh.v1.calls + mesh.v2.calls == 2)
      // A call has left only when its stream is closed, a little after its answer.
      try await eventually("there is room again") { (try? await mesh.call()) != nil }
    }
  }

  @Test("fails over to the next priority when the first is gone, and back when it returns")
  func priorities() async throws {
    try await TestMesh.run { mesh in
      Self.publish(
        mesh,
        Cluster(name: "c"),
        [
          LocalityEndpoints(zone: "a", weight: 1, endpoints: [mesh.server1.endpoint]),
          LocalityEndpoints(
            zone: "b",
            weight: 1,
            priority: 1,
            endpoints: [mesh.server2.endpoint]
          ),
        ]
      )
      for _ in 0..<20 { try await mesh.expectAnswer("v1.0.0") }
      await mesh.server1.kill()
      try await eventually("calls go to the next priority") {
        try await mesh.answer() == "v2.0.0"
      }
      for _ in 0..<20 { try await mesh.expectAnswer("v2.0.0") }
      let again = TestGreeter(version: "v1.0.1")
      let server = try await TestServer([again], port: mesh.server1.port)
      try await eventually("calls go back") { try await mesh.answer() == "v1.0.1" }
      let before = mesh.v2.calls
      for _ in 0..<20 { try await mesh.expectAnswer("v1.0.1") }
      #expect(mesh.v2.calls == before)
      await server.kill()
    }
  }
}

extension TestMesh {
  /// The ID that answers a call; nil where it fails, as one on its way to a killed server may.
  fileprivate func answer(user: String? = nil) async throws -> String? {
    do {
      return try await call(user: user)
    } catch let error as RPCError where error.code == .unavailable {
      return nil
    }
  }
}
