import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCServices
import GreeterService

/// A greeter server on a port of its own, with gRPC health and reflection.
struct WorkloadServer: Sendable {
  let version: String
  let address: String

  /// Serves until the task is cancelled.
  ///
  /// - Parameters:
  ///   - ports: Tried in order until one is free.
  ///   - onReady: Called once with the port that it listens on.
  /// - Throws: ``WorkloadServerError`` where none is free, or the address can't be listened on.
  func run(
    ports: ClosedRange<UInt16>,
    onReady: @escaping @Sendable (UInt16) -> Void
  ) async throws {
    for port in ports {
      do {
        return try await serve(port: port, onReady: onReady)
      } catch let error as RuntimeError where ports.count > 1 && port < ports.upperBound {
        guard "\(error)".contains("EADDRINUSE") || "\(error)".contains("in use") else { throw error }
      }
    }
  }

  private func serve(
    port: UInt16,
    onReady: @escaping @Sendable (UInt16) -> Void
  ) async throws {
    let greeter = "api.Greeter"
    let health = HealthStatusBook([HealthStatusBook.wholeServer: .serving, greeter: .serving])
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: address.contains(":")
          ? .ipv6(host: address, port: Int(port)) : .ipv4(host: address, port: Int(port)),
        transportSecurity: .plaintext
      ),
      services: [GreeterServer(workloadVersion: version)]
        + (try standardServices(besides: [greeter], health: health))
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.serve() }
      group.addTask {
        let bound = try await server.listeningAddress
        onReady(UInt16(bound?.ipv4?.port ?? bound?.ipv6?.port ?? Int(port)))
      }
      try await group.waitForAll()
    }
  }
}
