import GRPCCore
import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOHTTP2
import TestSupport
import Testing

@Suite("How a server ends", .timeLimit(.minutes(1)))
struct ShutdownTests {
  @Test("open streams end in peace, new ones are refused, and then the server returns")
  func graceful() async throws {
    let events = Recorder<String>()
    let server = try HTTP2Server(
      configuration: .init(address: .ip(host: "127.0.0.1", port: 0)),
      routes: Echo.route(events),
      logger: .silent
    )
    let grpc = GRPCServer(transport: server, services: [TestService()])
    let serving = Task { try await grpc.serve() }
    guard case .ip(_, let port) = try await server.address else { return }
    let client = try await FrameClient.connect(port: port)
    let id = try await client.open(Echo.path)
    try await client.send("one", on: id)
    try await until("the echo") { client.messages(on: id) == ["one"] }

    grpc.beginGracefulShutdown()
    try await until("both GOAWAYs") { client.goAways.map(\.last) == [.maxID, 1] }
    #expect(events.all.contains("draining"))
    // The port may be another server's by now, so an answer there says nothing.
    await (try? FrameClient.connect(port: port))?.close()
    #expect(server.connectionCount == 1)
    try await client.send("two", on: id, endStream: true)
    #expect(try await client.trailers(on: id)["grpc-status"] == ["0"])
    #expect(client.messages(on: id) == ["one", "two"])
    try await serving.value
    try await until("the server closes") { !client.isOpen }
    #expect(server.connectionCount == 0)
  }

  @Test("streams that don't end are cut off after the grace time")
  func grace() async throws {
    let events = Recorder<String>()
    let service = TestService()
    try await RunningServer.with(
      grace: .milliseconds(200),
      routes: Echo.route(events),
      services: [service]
    ) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      _ = try await client.open(Echo.path)
      _ = try await client.open(TestService.Method.waiting.path, endStream: true)
      try await until("both are there") { service.events.all.count + events.all.count == 2 }
      running.grpc.beginGracefulShutdown()
      try await until("the server closes") { !client.isOpen }
      try await until("the handler hears of it") { events.all.last == "closed lost" }
      try await until("the service hears of it") { service.events.all.last == "cancelled" }
    }
  }

  @Test("a cancelled server closes all it has and returns", arguments: [0, 1, 40])
  func cancelled(clients count: Int) async throws {
    let events = Recorder<String>()
    let server = try HTTP2Server(
      configuration: .init(address: .ip(host: "127.0.0.1", port: 0)),
      routes: Echo.route(events),
      logger: .silent
    )
    let grpc = GRPCServer(transport: server, services: [TestService()])
    let serving = Task { try await grpc.serve() }
    guard case .ip(_, let port) = try await server.address else { return }
    // Some are served, some are just being accepted.
    let connecting = (0..<count).map { _ in
      Task {
        let client = try await FrameClient.connect(port: port)
        _ = try await client.open(Echo.path)
        return client
      }
    }
    try await until("one is served") { count == 0 || !events.all.isEmpty }
    serving.cancel()
    _ = await serving.result
    #expect(server.connectionCount == 0)
    for task in connecting {
      if let client = try? await task.value {
        try await until("the server closes") { !client.isOpen }
      }
    }
  }

  @Test("a shutdown under load loses no call that was taken")
  func underLoad() async throws {
    try await RunningServer.with { running in
      let port = try await running.port
      let answered = Recorder<Int>()
      let client = try await FrameClient.connect(port: port)
      let caller = Task {
        for _ in 0..<100_000 {
          let id = try await client.open(TestService.Method.echo.path)
          try await client.send("call", on: id, endStream: true)
          guard client.goAways.count < 2 else { return }
          let trailers = try await client.trailers(on: id)
          #expect(trailers["grpc-status"] == ["0"])
          answered.record(1)
        }
      }
      try await until("calls go through") { answered.all.count > 20 }
      running.grpc.beginGracefulShutdown()
      try await until("the server closes") { !client.isOpen }
      _ = await caller.result
      // Every stream up to the last that the server named was answered.
      let last = try #require(client.goAways.last?.last)
      #expect(answered.all.count >= (Int(last) + 1) / 2 - 1)
    }
  }

  @Test("a server that was stopped before can't listen")
  func stoppedBefore() async throws {
    let server = try HTTP2Server(
      configuration: .init(address: .ip(host: "127.0.0.1", port: 0)),
      logger: .silent
    )
    server.beginGracefulShutdown()
    let error = await #expect(throws: TransportError.self) { try await server.listen { _, _ in } }
    #expect(error?.code == .alreadyStopped)
  }

  @Test("a connection of its age is drained, and its streams end with the grace time")
  func age() async throws {
    var keepalive = TransportKeepalive()
    keepalive.maxAge = .milliseconds(300)
    keepalive.maxAgeGrace = .milliseconds(300)
    let events = Recorder<String>()
    try await RunningServer.with(keepalive: keepalive, routes: Echo.route(events)) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      _ = try await client.open(Echo.path)
      try await until("the handler is told") { events.all.contains("draining") }
      try await until("the server closes") { !client.isOpen }
      #expect(client.goAways.allSatisfy { $0.code == .noError })
      #expect(client.goAways.first?.last == .maxID)
    }
  }

  @Test("an idle connection is drained")
  func idle() async throws {
    var keepalive = TransportKeepalive()
    keepalive.maxIdle = .milliseconds(100)
    try await RunningServer.with(keepalive: keepalive) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      try await until("the server closes") { !client.isOpen }
      #expect(client.goAways.map(\.code) == [.noError])
    }
  }

  @Test("a client that answers pings lives, one that doesn't is closed")
  func keepalive() async throws {
    var keepalive = TransportKeepalive()
    keepalive.time = .milliseconds(300)
    keepalive.timeout = .seconds(2)
    try await RunningServer.with(keepalive: keepalive) { running in
      let good = try await FrameClient.connect(port: try await running.port)
      let deaf = try await FrameClient.connect(port: try await running.port)
      try await until("both are there") { running.server.connectionCount == 2 }
      try await until("the deaf one speaks") { deaf.knowsSettings }
      // It stops reading, so it answers no ping.
      try await deaf.channel.setOption(.autoRead, value: false).get()
      try await until("the deaf one is closed") { running.server.connectionCount == 1 }
      #expect(running.notices.all.map(\.kind) == [.silence])
      #expect(good.isOpen)
      await good.close()
      await deaf.close()
    }
  }
}
