import GRPCCore
import MeshClient
import MeshModel
import Synchronization
import Testing
import XDSCore
import XDSProtos

@Suite("XDSClientTransport", .timeLimit(.minutes(1)))
struct XDSClientTransportTests {
  /// Where no rule looks at headers calls take a shorter way through the client; both are tried.
  private static let rules: [[Route]] = [[], [.user("admin", to: "v2")]]

  @Test("sends a plain stub's unary calls where the route says", arguments: rules)
  func unary(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: rules + [.all(to: "v2")])
      try await mesh.expectAnswer("v2.0.0")
      #expect(mesh.v1.calls == 0)
    }
  }

  @Test("lets calls made before the first configuration wait for it", arguments: rules)
  func earlyCall(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      async let id = mesh.call()
      try await Task.sleep(for: .milliseconds(100))
      mesh.publish("1", routes: rules + [.all(to: "v1")])
      let answer = try await id
      #expect(answer == "v1.0.0")
    }
  }

  @Test("sends calls with the header to v2 and others to v1")
  func headerRule() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [.user("admin", to: "v2"), .all(to: "v1")])
      for _ in 0..<20 {
        try await mesh.expectAnswer("v2.0.0", user: "admin")
        try await mesh.expectAnswer("v1.0.0", user: "guest")
        try await mesh.expectAnswer("v1.0.0")
      }
    }
  }

  @Test("splits 2,000 calls 90/10 within four standard deviations")
  func weights() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [.weighted(["v1": 90, "v2": 10])])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask { for _ in 0..<100 { try await mesh.call() } }
        }
        try await group.waitForAll()
      }
      // n p = 200, sigma = sqrt(2000 * 0.1 * 0.9) = 13.4
      #expect(abs(mesh.v2.calls - 200) <= 54, "\(mesh.v2.calls) of 2000")
      #expect(mesh.v1.calls + mesh.v2.calls == 2000)
    }
  }

  @Test("fails no call at live switches under load, and follows each", arguments: rules)
  func liveSwitch(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: rules + [.all(to: "v1")])
      try await mesh.call()
      try await withThrowingTaskGroup(of: Void.self) { group in
        let isOver = Flag()
        for _ in 0..<8 {
          group.addTask { await mesh.callUntil(isOver) }
        }
        for revision in 2..<22 {
          let cluster = revision % 2 == 0 ? "v2" : "v1"
          let greeter = revision % 2 == 0 ? mesh.v2 : mesh.v1
          let other = revision % 2 == 0 ? mesh.v1 : mesh.v2
          mesh.publish("\(revision)", routes: rules + [.all(to: cluster)])
          try await eventually("calls go to \(cluster) only") {
            let (before, calls) = (other.calls, greeter.calls)
            try await Task.sleep(for: .milliseconds(20))
            return other.calls == before && greeter.calls > calls
          }
        }
        isOver.set()
        try await group.waitForAll()
      }
    }
  }

  @Test("takes a cluster's endpoints in turn, new ones too, and leaves removed ones")
  func endpoints() async throws {
    try await TestMesh.run { mesh in
      let both = [mesh.server1.endpoint, mesh.server2.endpoint]
      mesh.publish("1", routes: [.all(to: "v1")])
      try await mesh.expectAnswer("v1.0.0")

      mesh.publish("2", routes: [.all(to: "v1")], v1: both)
      try await eventually("the added endpoint answers") { try await mesh.call() == "v2.0.0" }
      var answers: [String: Int] = [:]
      for _ in 0..<20 { answers[try await mesh.call(), default: 0] += 1 }
      #expect(answers == ["v1.0.0": 10, "v2.0.0": 10])

      mesh.publish("3", routes: [.all(to: "v1")], v1: [mesh.server2.endpoint])
      try await eventually("the removed endpoint is left") {
        let before = mesh.v1.calls
        for _ in 0..<4 { try await mesh.call() }
        return mesh.v1.calls == before
      }
    }
  }

  @Test(
    "sends the calls of a killed endpoint to the other, and back when it returns",
    arguments: rules
  )
  func killedEndpoint(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      let both = [mesh.server1.endpoint, mesh.server2.endpoint]
      mesh.publish("1", routes: rules + [.all(to: "v1")], v1: both)
      try await eventually("both answer") {
        try await mesh.call()
        return mesh.v1.calls > 0 && mesh.v2.calls > 0
      }
      // Calls on their way when a connection breaks may fail, and no others.
      let failures = Mutex<[RPCError.Code]>([])
      @Sendable func answer() async -> String? {
        do {
          return try await mesh.call()
        } catch {
          failures.withLock { $0.append((error as? RPCError)?.code ?? .unknown) }
          return nil
        }
      }
      await mesh.server2.kill()
      try await eventually("the dead endpoint is left") {
        let before = failures.withLock(\.count)
        for _ in 0..<20 { _ = await answer() }
        return failures.withLock(\.count) == before
      }
      let again = TestGreeter(version: "v2.0.1")
      let server = try await TestServer([again], port: mesh.server2.port)
      try await eventually("the restarted endpoint answers") { await answer() == "v2.0.1" }
      #expect(failures.withLock { $0.count <= 3 && $0.allSatisfy { $0 == .unavailable } })
      await server.kill()
    }
  }

  @Test("fails calls fast where a cluster's only endpoint is down", arguments: rules)
  func deadEndpoint(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      await mesh.server2.kill()
      mesh.publish("1", routes: rules + [.all(to: "v2")])
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("cluster v2") == true)
      #expect(error?.message.contains(mesh.server2.hostPort) == true)
    }
  }

  @Test("lets a call that would rather wait outlast a dead endpoint")
  func waitForReady() async throws {
    try await TestMesh.run { mesh in
      await mesh.server2.kill()
      mesh.publish("1", routes: [.all(to: "v2")])
      await #expect(throws: RPCError.self) { try await mesh.call() }
      var options = CallOptions.defaults
      options.waitForReady = true
      let patient = options
      async let id = mesh.call(options: patient)
      let server = try await TestServer([mesh.v2], port: mesh.server2.port)
      let answer = try await id
      #expect(answer == "v2.0.0")
      await server.kill()
    }
  }

  @Test("goes on by the last configuration while the control plane is away, then returns to it")
  func controlPlaneRestart() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [.all(to: "v1")])
      try await mesh.call()
      try await withThrowingTaskGroup(of: Void.self) { group in
        let isOver = Flag()
        for _ in 0..<4 {
          group.addTask { await mesh.callUntil(isOver) }
        }
        await mesh.xds.kill()
        let before = mesh.v1.calls
        try await eventually("calls go on", within: .seconds(30)) { mesh.v1.calls > before + 200 }

        let next = ScriptedControlPlane()
        next.publish(
          "2",
          TestMesh.resources(routes: [.all(to: "v2")], endpoints: ["v2": [mesh.server2.endpoint]])
        )
        let server = try await TestServer(next.services, port: mesh.xds.port)
        try await eventually("the new configuration is in force") { mesh.v2.calls > 100 }
        isOver.set()
        try await group.waitForAll()
        try await eventually("the calls meanwhile are reported") {
          next.calls.contains { $0.configVersion == "1" && $0.workloadVersion == "v1.0.0" }
        }
        await server.kill()
      }
    }
  }

  @Test("carries a bidirectional stream through the lazy one", arguments: rules)
  func bidirectional(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: rules + [.all(to: "v1")])
      let request = StreamingClientRequest<Api_HelloRequest> { writer in
        for name in ["a", "b", "c", "d", "e"] {
          try await writer.write(.init(name: name))
        }
      }
      let names = try await mesh.greeter.sayHelloStream(request: request) { response in
        var names: [String] = []
        for try await user in response.messages { names.append(user.name) }
        return names
      }
      #expect(names == ["a", "b", "c", "d", "e"].map { "Hello \($0)" })
    }
  }

  @Test("lets each message of a conversation follow the answer to the last", arguments: rules)
  func conversation(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: rules + [.all(to: "v1")])
      let (answers, continuation) = AsyncStream.makeStream(of: String.self)
      let request = StreamingClientRequest<Api_HelloRequest> { writer in
        try await writer.write(.init(name: "0"))
        var turn = 0
        for await answer in answers where turn < 50 {
          #expect(answer == "Hello \(turn)")
          turn += 1
          guard turn < 50 else { break }
          try await writer.write(.init(name: "\(turn)"))
        }
      }
      let count = try await mesh.greeter.sayHelloStream(request: request) { response in
        var count = 0
        for try await user in response.messages {
          count += 1
          continuation.yield(user.name)
        }
        return count
      }
      #expect(count == 50)
    }
  }

  @Test("passes a server's error on, with its code and words", arguments: rules)
  func serverError(rules: [Route]) async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: rules + [.all(to: "v1")])
      let error = await #expect(throws: RPCError.self) { try await mesh.call("fail") }
      #expect(error?.code == .notFound)
      #expect(error?.message == "nobody")
    }
  }
}

/// A switch that tasks share.
final class Flag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set() { value.store(true, ordering: .relaxed) }
}
