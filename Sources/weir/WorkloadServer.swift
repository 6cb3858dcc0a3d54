import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCServices
import GreeterService
import NIOCore
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
  /// - Throws: ``WorkloadServerError`` where none is free, or the address can't be listened on.
  func run(
    ports: ClosedRange<UInt16>,
    onReady: @escaping @Sendable (UInt16) -> Void
  ) async throws {
    for port in ports {
      do {
        return try await serve(port: port, onReady: onReady)
      } catch {
        let code = Self.systemError(in: error)
        if code == EADDRINUSE, port < ports.upperBound { continue }
        guard let code else { throw error }
        throw WorkloadServerError(
          description: "can't listen on \(address):\(port): \(String(cString: strerror(code)))"
        )
      }
    }
  }

  /// The number of the system's error that is behind what the transport threw; nil for another kind.
  private static func systemError(in error: any Error) -> Int32? {
    var cause = error
    while let next = (cause as? RuntimeError)?.cause { cause = next }
    return (cause as? IOError)?.errnoCode
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
        // Where there is none, the other task is about to say why.
        guard let bound = try? await server.listeningAddress else { return }
        // Before anyone is told that it is ready, and may end it.
        let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm, .sighup])
        onReady(UInt16(bound.ipv4?.port ?? bound.ipv6?.port ?? Int(port)))
        guard let signal = await signals.first(where: { _ in true }) else { return }
        // Not cancelled: a server that is cancelled while it accepts a connection crashes.
        server.beginGracefulShutdown()
        try? await Task.sleep(for: Self.grace)
        exit(signal == .sigterm ? 0 : 128 + signal.rawValue)
      }
      try await group.waitForAll()
    }
  }
}

/// Why a workload can't serve.
struct WorkloadServerError: Error, CustomStringConvertible {
  let description: String
}
