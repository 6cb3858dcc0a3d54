import ControlPlane
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import XDSCore

@Suite("The control plane's life", .timeLimit(.minutes(1)))
struct LifeCycleTests {
  @Test("says which address is busy, and what to do")
  func busyPort() async throws {
    try await RunningControlPlane.with { running, _ in
      let address = try await running.plane.boundAddress
      let second = RunningControlPlane(.init(port: address.port))
      let error = await #expect(throws: ControlPlaneError.self) { try await second.plane.run() }
      #expect(error?.code == .addressInUse)
      #expect(
        error?.message == """
          can't listen on 127.0.0.1:\(address.port): address already in use; \
          stop what listens there or choose another address
          """
      )
      let waiting = await #expect(throws: ControlPlaneError.self) {
        try await second.plane.boundAddress
      }
      #expect(waiting == error)
    }
  }

  @Test("runs only once")
  func twice() async throws {
    try await RunningControlPlane.with { running, _ in
      let error = await #expect(throws: ControlPlaneError.self) { try await running.plane.run() }
      #expect(error?.code == .alreadyRan)
    }
  }

  @Test("ends streams when it is cancelled rather than wait for them, and tells of their end")
  func cancellation() async throws {
    // A grace time that would show if it were waited for.
    let running = RunningControlPlane(.init(port: 0, shutdownGrace: .seconds(60)))
    running.publish()
    let clients = (0..<20).map { ADSTestClient("client-\($0)") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      let serving = Task { try await running.plane.run() }
      let connection = try await RunningControlPlane.connect(to: running.plane.boundAddress)
      group.addTask { try? await connection.runConnections() }
      try await withStreams(clients, on: connection) {
        for client in clients {
          client.subscribe(.listener, [Walkthrough.listener])
          try await client.responses.element(1)
        }
        let start = ContinuousClock.now
        serving.cancel()
        try await serving.value
        // Some 20 ms on a quiet machine.
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(running.plane.streamCount == 0)
        for client in clients {
          let last = try #require(running.kinds(of: client.node.id).last)
          #expect(last == .disconnected(reason: "the control plane is stopping"))
        }
      }
      group.cancelAll()
    }
    await #expect(throws: ControlPlaneError.self) { try await running.plane.boundAddress }
  }

  @Test("tells clients UNAVAILABLE on a graceful shutdown, and returns within its grace time")
  func gracefulShutdown() async throws {
    let running = RunningControlPlane(.init(port: 0, shutdownGrace: .seconds(60)))
    running.publish()
    let services = ServiceGroup(
      services: [running.plane],
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      let serving = Task { try await services.run() }
      let connection = try await RunningControlPlane.connect(to: running.plane.boundAddress)
      group.addTask { try? await connection.runConnections() }
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.listener, [Walkthrough.listener])
        try await client.responses.element(1)
        let start = ContinuousClock.now
        await services.triggerGracefulShutdown()
        try await serving.value
        #expect(ContinuousClock.now - start < .seconds(10))
        let end = try #require(try await client.ends.element(1))
        #expect(end.code == .unavailable)
      }
      group.cancelAll()
    }
  }

  @Test("a client whose connection has reached its age is told so, and goes on by another")
  func connectionAge() async throws {
    var configuration = ControlPlane.Configuration(port: 0)
    configuration.keepalive.maxConnectionAge = .seconds(2)
    try await RunningControlPlane.with(configuration) { running, connection in
      let (before, after) = (ADSTestClient("a"), ADSTestClient("a"))
      try await withStreams([before], on: connection) {
        before.subscribe(.routeConfiguration, [Walkthrough.routes])
        let held = try await before.responses.element(1)
        before.answer(held, names: [Walkthrough.routes])
        let end = try #require(try await before.ends.element(1))
        #expect(end.code == .unavailable)
        #expect(end.message == "the connection has reached its age; open another")
        try await running.wait(for: .disconnected(reason: end.message), of: "a")

        try await withStreams([after], on: connection) {
          running.publish(v1: 50, v2: 50)
          after.subscribe(.routeConfiguration, [Walkthrough.routes])
          let response = try await after.responses.element(1)
          #expect(response.weights == [Walkthrough.v1: 50, Walkthrough.v2: 50])
        }
      }
      #expect(before.responses.all.count == 1)
    }
  }

  @Test("can be cancelled at any moment of its start", arguments: [0, 10, 100, 1_000, 10_000])
  func earlyCancellation(microseconds: Int) async throws {
    let running = RunningControlPlane()
    let serving = Task { try await running.plane.run() }
    try await Task.sleep(for: .microseconds(microseconds))
    serving.cancel()
    try await serving.value
    await #expect(throws: ControlPlaneError.self) { try await running.plane.boundAddress }
  }

  @Test("closes connections that say nothing once the grace time is over")
  func silentConnection() async throws {
    let running = RunningControlPlane(.init(port: 0, shutdownGrace: .milliseconds(50)))
    let serving = Task { try await running.plane.run() }
    let address = try await running.plane.boundAddress
    let silent = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: address.host, port: address.port).get()
    serving.cancel()
    try await serving.value
    try await silent.closeFuture.get()
  }

  @Test("can be cancelled while connections come in", arguments: 1...10)
  func cancellationUnderFire(round: Int) async throws {
    let running = RunningControlPlane(.init(port: 0, shutdownGrace: .milliseconds(10)))
    let serving = Task { try await running.plane.run() }
    let address = try await running.plane.boundAddress
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          if number == 2 * round { serving.cancel() }
          let connection = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: address.host, port: address.port).get()
          try? await connection?.close()
        }
      }
      try await group.waitForAll()
    }
    try await serving.value
  }

  @Test("waits for its address no longer than the caller does")
  func addressOfOneThatNeverRan() async throws {
    let running = RunningControlPlane()
    let waiting = Task { try await running.plane.boundAddress }
    waiting.cancel()
    await #expect(throws: ControlPlaneError.self) { try await waiting.value }
  }
}
