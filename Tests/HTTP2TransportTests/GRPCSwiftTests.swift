import GRPCCore
import GRPCNIOTransportHTTP2Posix
import HTTP2Transport
import NIOHPACK
import TestSupport
import Testing

/// grpc-swift's own client against services of grpc-swift behind this transport.
@Suite("Services of grpc-swift", .timeLimit(.minutes(1)))
struct GRPCSwiftTests {
  typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

  private func withService(
    _ service: TestService = TestService(),
    limits: TransportLimits = TransportLimits(),
    _ body: @Sendable @escaping (Client) async throws -> Void
  ) async throws {
    try await RunningServer.with(limits: limits, services: [service]) { running in
      try await withClient(port: try await running.port, body)
    }
  }

  private func call(
    _ client: Client,
    _ method: TestService.Method,
    _ message: [UInt8],
    metadata: Metadata = [:],
    options: CallOptions = .defaults
  ) async throws -> ClientResponse<[UInt8]> {
    try await client.unary(
      request: ClientRequest(message: message, metadata: metadata),
      descriptor: method.descriptor,
      serializer: Bytes(),
      deserializer: Bytes(),
      options: options,
      onResponse: { $0 }
    )
  }

  @Test("a unary call comes back, with trailing metadata")
  func unary() async throws {
    try await withService { client in
      let response = try await call(client, .echo, [1, 2, 3])
      #expect(try response.message == [1, 2, 3])
      #expect(response.trailingMetadata["trailing"].contains("done"))
    }
  }

  @Test("an empty message and one of a megabyte come back whole", arguments: [0, 1 << 20])
  func sizes(count: Int) async throws {
    try await withService { client in
      let message = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      let response = try await call(client, .echo, message)
      #expect(try response.message == message)
    }
  }

  @Test("a client's stream is counted to its end")
  func clientStream() async throws {
    try await withService { client in
      let response = try await client.clientStreaming(
        request: StreamingClientRequest { writer in
          for index in 0..<200 { try await writer.write([UInt8(index)]) }
        },
        descriptor: TestService.Method.count.descriptor,
        serializer: Bytes(),
        deserializer: Bytes(),
        options: .defaults,
        onResponse: { $0 }
      )
      #expect(try response.message == [200])
    }
  }

  @Test("a server's stream comes in order")
  func serverStream() async throws {
    try await withService { client in
      let messages = try await client.serverStreaming(
        request: ClientRequest(message: [255]),
        descriptor: TestService.Method.repeating.descriptor,
        serializer: Bytes(),
        deserializer: Bytes(),
        options: .defaults,
        onResponse: { response in
          try await response.messages.reduce(into: [UInt8]()) { $0 += $1 }
        }
      )
      #expect(messages == Array(0..<255))
    }
  }

  @Test("a stream of both answers while it is open")
  func bidirectional() async throws {
    try await withService { client in
      let (echoes, echoed) = AsyncStream.makeStream(of: [UInt8].self)
      try await client.bidirectionalStreaming(
        request: StreamingClientRequest { writer in
          var echoes = echoes.makeAsyncIterator()
          for index in 0..<50 as Range<UInt8> {
            try await writer.write([index])
            #expect(await echoes.next() == [index])
          }
        },
        descriptor: TestService.Method.echo.descriptor,
        serializer: Bytes(),
        deserializer: Bytes(),
        options: .defaults,
        onResponse: { response in
          for try await message in response.messages { echoed.yield(message) }
        }
      )
    }
  }

  @Test("many calls at once on one connection all come back")
  func concurrent() async throws {
    try await withService { client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<300 {
          group.addTask {
            let message = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: index)
            let response = try await call(client, .echo, message)
            #expect(try response.message == message)
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("an error keeps its code, its text and its metadata")
  func failing() async throws {
    try await withService { client in
      let error = await #expect(throws: RPCError.self) {
        _ = try await call(client, .failing, []).message
      }
      #expect(error?.code == .notFound)
      #expect(error?.message == "no such thing: 100% ä\n")
      #expect(error?.metadata["why"].contains("test") == true)
    }
  }

  @Test("a method that nobody serves is UNIMPLEMENTED")
  func unknown() async throws {
    try await withService { client in
      let error = await #expect(throws: RPCError.self) {
        _ = try await client.unary(
          request: ClientRequest(message: [UInt8]()),
          descriptor: MethodDescriptor(fullyQualifiedService: "no.Service", method: "no"),
          serializer: Bytes(),
          deserializer: Bytes(),
          options: .defaults,
          onResponse: { try $0.message }
        )
      }
      #expect(error?.code == .unimplemented)
    }
  }

  @Test("metadata goes both ways, text and bytes")
  func metadata() async throws {
    try await withService { client in
      var metadata: Metadata = ["user": "admin", "x-text": "plain"]
      metadata.addBinary([0, 1, 254, 255], forKey: "x-bytes-bin")
      let response = try await call(client, .metadata, [], metadata: metadata)
      #expect(response.metadata["first"].contains("admin"))
      #expect(response.trailingMetadata["x-text"].contains("plain"))
      let bytes = response.trailingMetadata[binaryValues: "x-bytes-bin"].first { _ in true }
      #expect(bytes == [0, 1, 254, 255])
      let peer = String(decoding: try response.message, as: UTF8.self)
      #expect(peer.hasPrefix("ipv4:127.0.0.1:"))
    }
  }

  @Test("a deadline ends a call on both sides")
  func deadline() async throws {
    let service = TestService()
    try await RunningServer.with(services: [service]) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      let path = TestService.Method.waiting.path
      let id = try await client.open(path, headers: ["grpc-timeout": "50m"], endStream: true)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["4"])
      try await until("the service hears of it") { service.events.all.contains("cancelled") }
      await client.close()
    }
  }

  @Test("a call that the client gives up is cancelled in the service")
  func cancelled() async throws {
    let service = TestService()
    try await withService(service) { client in
      let task = Task { try await call(client, .waiting, []).message }
      try await until("the call is there") { service.events.all == ["waiting"] }
      task.cancel()
      _ = await task.result
      try await until("the service hears of it") { service.events.all.contains("cancelled") }
    }
  }
}

/// Runs the body with grpc-swift's client.
func withClient(
  port: Int,
  security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext,
  _ body: (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Void
) async throws {
  try await withGRPCClient(
    transport: .http2NIOPosix(
      target: .ipv4(address: "127.0.0.1", port: port),
      transportSecurity: security
    ),
    handleClient: body
  )
}
