import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Testing

/// Runs a body with a client of a server over loopback.
func withLoopback<Result: Sendable>(
  to service: any RegistrableRPCService,
  _ body: (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Result
) async throws -> Result {
  let server = GRPCServer(
    transport: .http2NIOPosix(
      address: .ipv4(host: "127.0.0.1", port: 0),
      transportSecurity: .plaintext
    ),
    services: [service]
  )
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.serve() }
    let address = try await server.listeningAddress
    let port = try #require(address?.ipv4?.port)
    let result = try await withGRPCClient(
      transport: .http2NIOPosix(
        target: .ipv4(address: "127.0.0.1", port: port),
        transportSecurity: .plaintext
      ),
      handleClient: body
    )
    // Not cancelled: its connections are to end in order.
    server.beginGracefulShutdown()
    try await group.waitForAll()
    return result
  }
}

/// Waits until a condition holds; false where it does not within the time.
func waits(within time: Duration = .seconds(20), until isMet: () -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + time
  while !isMet() {
    guard ContinuousClock.now < deadline else { return false }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return true
}
