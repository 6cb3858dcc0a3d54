import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCServices
import Testing

/// Runs `body` with a client of a server that has the standard services, over loopback.
func withLoopback<Result: Sendable>(
  besides services: [String] = ["api.Greeter"],
  health: HealthStatusBook = HealthStatusBook(),
  _ body: (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Result
) async throws -> Result {
  let server = GRPCServer(
    transport: .http2NIOPosix(
      address: .ipv4(host: "127.0.0.1", port: 0),
      transportSecurity: .plaintext
    ),
    services: try standardServices(besides: services, health: health)
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
    server.beginGracefulShutdown()
    group.cancelAll()
    return result
  }
}
