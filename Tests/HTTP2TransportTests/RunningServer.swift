import GRPCCore
import HTTP2Transport
import TestSupport

/// A server of services and raw routes, on a free port of loopback.
struct RunningServer: Sendable {
  let server: HTTP2Server
  let grpc: GRPCServer<HTTP2Server>
  let notices: Recorder<TransportNotice>

  var port: Int {
    get async throws {
      guard case .ip(_, let port) = try await server.address else {
        throw NotInTime(what: "a port")
      }
      return port
    }
  }

  /// Runs a server for the body, and stops it at once after.
  static func with(
    address: BindAddress = .ip(host: "127.0.0.1", port: 0),
    tls: TLSFiles? = nil,
    limits: TransportLimits = TransportLimits(),
    keepalive: TransportKeepalive = TransportKeepalive(),
    grace: Duration = .seconds(5),
    routes: [String: RawRoute] = [:],
    services: [any RegistrableRPCService] = [TestService()],
    _ body: @Sendable @escaping (RunningServer) async throws -> Void
  ) async throws {
    let notices = Recorder<TransportNotice>()
    let server = try HTTP2Server(
      configuration: .init(
        address: address,
        tls: tls,
        limits: limits,
        keepalive: keepalive,
        shutdownGrace: grace
      ),
      routes: routes,
      logger: .silent,
      onNotice: { notices.record($0) }
    )
    let running = RunningServer(
      server: server,
      grpc: GRPCServer(transport: server, services: services),
      notices: notices
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await running.grpc.serve() }
      _ = try await server.address
      try await body(running)
      group.cancelAll()
      try await group.waitForAll()
    }
  }
}
