import GRPCCore
import MeshClient
import MeshModel
import Testing
import XDSCore
import XDSProtos

@Suite("What routes do to calls, over a real transport", .timeLimit(.minutes(1)))
struct RouteConductTests {
  private static func route(_ settings: RouteSettings, to cluster: String = "v1") -> Route {
    Route(name: "all", match: RouteMatch(), action: .cluster(cluster), settings: settings)
  }

  private static func retry(
    _ attempts: UInt32,
    on conditions: String = "unavailable"
  ) -> RouteSettings {
    RouteSettings(
      retry: .init(attempts: attempts, retryOn: conditions, backoff: .milliseconds(1))
    )
  }

  private static func elapsed(_ body: () async throws -> Void) async rethrows -> Duration {
    let start = ContinuousClock.now
    try await body()
    return start.duration(to: .now)
  }

  // MARK: Faults

  @Test("delay a call as long as the fault says, and then make it")
  func delay() async throws {
    try await TestMesh.run { mesh in
      let fault = HTTPFault(delay: .init(duration: .milliseconds(300)))
      mesh.publish("1", routes: [Self.route(RouteSettings(fault: fault))])
      try await mesh.call()
      let elapsed = try await Self.elapsed { try await mesh.expectAnswer("v1.0.0") }
      #expect(elapsed >= .milliseconds(300))
      #expect(mesh.v1.calls == 2)
    }
  }

  @Test("end a call with the fault's code, before any server hears of it")
  func abort() async throws {
    try await TestMesh.run { mesh in
      let fault = HTTPFault(abort: .init(status: .http(503)))
      mesh.publish("1", routes: [Self.route(RouteSettings(fault: fault))])
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("route all: fault injected") == true)
      #expect(mesh.v1.calls == 0)
      try await eventually("the report has come") { mesh.controlPlane.calls.count == 1 }
      #expect(mesh.controlPlane.calls.first?.statusCode == 14)
      #expect(mesh.controlPlane.calls.first?.endpoint == "")
    }
  }

  // MARK: Timeouts

  @Test("end a call that is slower than the route allows", arguments: [false, true])
  func timeout(looksAtHeaders: Bool) async throws {
    try await TestMesh.run { mesh in
      let settings = RouteSettings(timeout: .milliseconds(200))
      let rules = looksAtHeaders ? [Route.user("admin", to: "v2")] : []
      mesh.publish("1", routes: rules + [Self.route(settings)])
      try await eventually("the endpoint is reached") { (try? await mesh.call()) != nil }
      let elapsed = await Self.elapsed {
        let error = await #expect(throws: RPCError.self) { try await mesh.call("slow") }
        #expect(error?.code == .deadlineExceeded)
      }
      #expect(elapsed >= .milliseconds(200))
      try await eventually("the report has come") {
        mesh.controlPlane.calls.last?.statusCode == 4
      }
    }
  }

  @Test("keep to the caller's own deadline where that is shorter")
  func callersDeadline() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [Self.route(RouteSettings(timeout: .seconds(30)))])
      try await mesh.call()
      var options = CallOptions.defaults
      options.timeout = .milliseconds(200)
      let impatient = options
      let elapsed = await Self.elapsed {
        let error = await #expect(throws: RPCError.self) {
          try await mesh.call("slow", options: impatient)
        }
        #expect(error?.code == .deadlineExceeded)
      }
      #expect(elapsed < .seconds(20))
    }
  }

  @Test("count a delay by a fault as the call's time")
  func timeoutWhileWaiting() async throws {
    try await TestMesh.run { mesh in
      let fault = HTTPFault(delay: .init(duration: .seconds(20)))
      let settings = RouteSettings(timeout: .milliseconds(100), fault: fault)
      mesh.publish("1", routes: [Self.route(settings)])
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .deadlineExceeded)
      #expect(mesh.v1.calls == 0)
    }
  }

  // MARK: Retries

  @Test("try a failed call again at another endpoint, which its caller doesn't see")
  func retry() async throws {
    try await TestMesh.run { mesh in
      try await mesh.publishBoth(Self.route(Self.retry(1)))
      mesh.v1.fail(.unavailable)
      let (before1, before2) = (mesh.v1.calls, mesh.v2.calls)
      for _ in 0..<20 { try await mesh.expectAnswer("v2.0.0") }
      #expect(mesh.v1.calls - before1 >= 10)
      #expect(mesh.v2.calls - before2 == 20)
      // Each call counts once, however many tries it took.
      let count = before1 + before2 + 20
      try await eventually("the reports have come") { mesh.controlPlane.calls.count == count }
      #expect(mesh.controlPlane.calls.allSatisfy { $0.statusCode == 0 })
      let last = mesh.controlPlane.calls.suffix(20)
      #expect(last.allSatisfy { $0.endpoint == mesh.server2.hostPort })
      #expect(last.count { $0.attempts == 2 } >= 10)
    }
  }

  @Test("give up after as many tries as the route allows")
  func exhausted() async throws {
    try await TestMesh.run { mesh in
      mesh.v1.fail(.internalError)
      mesh.publish("1", routes: [Self.route(Self.retry(3, on: "internal"))])
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .internalError)
      #expect(error?.message == "on purpose")
      #expect(mesh.v1.calls == 4)
    }
  }

  @Test("try no call again whose failure the route doesn't name")
  func otherCode() async throws {
    try await TestMesh.run { mesh in
      mesh.v1.fail(.notFound)
      mesh.publish("1", routes: [Self.route(Self.retry(3))])
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .notFound)
      #expect(mesh.v1.calls == 1)
    }
  }

  @Test("try no call again whose response has begun")
  func committed() async throws {
    try await TestMesh.run { mesh in
      mesh.publish("1", routes: [Self.route(Self.retry(3))])
      let request = StreamingClientRequest<Api_HelloRequest> { writer in
        for name in ["a", "fail"] { try await writer.write(.init(name: name)) }
      }
      let error = await #expect(throws: RPCError.self) {
        _ = try await mesh.greeter.sayHelloStream(request: request) { response in
          for try await _ in response.messages {}
        }
      }
      #expect(error?.message == "halfway")
      #expect(mesh.v1.calls == 1)
    }
  }

  @Test("send a stream's messages again, those before the failure and those after")
  func streams() async throws {
    try await TestMesh.run { mesh in
      try await mesh.publishBoth(Self.route(Self.retry(1)))
      mesh.v1.fail(.unavailable)
      let (before1, before2) = (mesh.v1.calls, mesh.v2.calls)
      for _ in 0..<6 {
        let request = StreamingClientRequest<Api_HelloRequest> { writer in
          for number in 0..<20 { try await writer.write(.init(name: "\(number)")) }
        }
        let names = try await mesh.greeter.sayHelloStream(request: request) { response in
          var names: [String] = []
          for try await user in response.messages { names.append(user.name) }
          return names
        }
        #expect(names == (0..<20).map { "Hello \($0)" })
      }
      #expect(mesh.v2.calls - before2 == 6)
      #expect(mesh.v1.calls - before1 >= 3)
    }
  }

  @Test("try no call again whose request is too large to be kept")
  func tooLarge() async throws {
    try await TestMesh.run { mesh in
      mesh.v1.fail(.unavailable)
      mesh.publish("1", routes: [Self.route(Self.retry(3))])
      let large = String(repeating: "x", count: 300_000)
      let error = await #expect(throws: RPCError.self) { try await mesh.call(large) }
      #expect(error?.code == .unavailable)
      #expect(mesh.v1.calls == 1)
    }
  }

  @Test("end retries at the route's timeout")
  func retriesInTime() async throws {
    try await TestMesh.run { mesh in
      mesh.v1.fail(.unavailable)
      let settings = RouteSettings(
        timeout: .seconds(1),
        retry: .init(attempts: 4, retryOn: "unavailable", backoff: .seconds(20))
      )
      mesh.publish("1", routes: [Self.route(settings)])
      let error = await #expect(throws: RPCError.self) { try await mesh.call() }
      #expect(error?.code == .deadlineExceeded)
      #expect(mesh.v1.calls == 1)
    }
  }

  @Test("fail no call of many at once while one of two endpoints fails all of them")
  func retriesUnderLoad() async throws {
    try await TestMesh.run { mesh in
      try await mesh.publishBoth(Self.route(Self.retry(4)))
      mesh.v1.fail(.unavailable)
      let before = mesh.v2.calls
      // In turn with others a call may meet the failing endpoint several times running.
      let failures = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            var failures = 0
            for _ in 0..<25 where (try? await mesh.call()) == nil { failures += 1 }
            return failures
          }
        }
        return try await group.reduce(0, +)
      }
      // Each of five tries fails with a chance of a half at worst: 200 / 32.
      #expect(failures < 20)
      #expect(mesh.v2.calls - before + failures == 200)
    }
  }
}
