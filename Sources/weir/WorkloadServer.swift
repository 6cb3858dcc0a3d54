import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCServices
import GreeterService
import UnixSignals

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A greeter server on a port of its own, with gRPC health and reflection.
struct WorkloadServer: Sendable {
  let version: String
  let address: String

  /// What calls that are under way get to end in, after a signal.
  private static let grace = Duration.seconds(1)

  /// Serves until a signal comes; then lets the calls end that are under way.
  ///
  /// - Parameters:
  ///   - ports: Tried in order until one is free.
  ///   - onReady: Called once with the port that it listens on.
  /// - Throws: The transport's error where none is free, or the address can't be listened on.
  func run(
    ports: ClosedRange<UInt16>,
    onReady: @escaping @Sendable (UInt16) -> Void
  ) async throws {
    for port in ports {
      do {
        return try await serve(port: port, onReady: onReady)
      } catch let error as RuntimeError where ports.count > 1 && port < ports.upperBound {
        guard "\(error)".contains("EADDRINUSE") || "\(error)".contains("in use") else {
          throw error
        }
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
        guard let signal = await nextSignal() else { return }
        // Not cancelled: a server that is cancelled while it accepts a connection crashes.
        server.beginGracefulShutdown()
        try? await Task.sleep(for: Self.grace)
        exit(signal == .sigterm ? 0 : 128 + signal.rawValue)
      }
      try await group.next()
      group.cancelAll()
    }
  }
}
