internal import GRPCCore
internal import HTTP2Transport
package import Logging
package import MeshPicture
internal import NIOCore
internal import ServiceLifecycle

/// Serves an engine's operations to consoles and commands, at one place.
package final class AdminServer: Service {
  package enum Place: Hashable, Sendable {
    /// The socket at ``AdminAddress/standard``, or one beside it where another engine has that.
    case standard(path: String)
    /// The Unix socket at this path, whose folder has to be there.
    case unix(path: String)
    /// A host's port, 0 for a free one; only for clients that show a certificate.
    case tcp(host: String, port: Int, MutualTLSFiles)
  }

  private let engine: any EngineOperations
  private let place: Place
  private let logger: Logger
  private let onListening: @Sendable (AdminAddress, _ notice: String?) -> Void

  /// - Parameters:
  ///   - engine: What is served.
  ///   - place: Where.
  ///   - logger: Told of what happens to connections.
  ///   - onListening: Told where it listens, once it does, and what the operator should know of that.
  package init(
    engine: any EngineOperations,
    place: Place,
    logger: Logger,
    onListening: @escaping @Sendable (AdminAddress, _ notice: String?) -> Void = { _, _ in }
  ) {
    self.engine = engine
    self.place = place
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until cancelled or shut down; the socket is gone then.
  ///
  /// - Throws: ``AdminServerError`` where it can't listen.
  package func run() async throws {
    switch place {
    case .standard(let path):
      try await serve(at: AdminSocket.claimingStandard(path))
    case .unix(let path):
      try await serve(at: AdminSocket.claiming(path))
    case .tcp(let host, let port, let files):
      try await serve(
        .ip(host: host, port: port),
        tls: TLSFiles(
          certificateChain: files.certificate,
          privateKey: files.key,
          clientRoots: files.roots
        ),
        notice: nil
      )
    }
  }

  private func serve(at socket: consuming AdminSocket) async throws {
    let socket = socket
    try await serve(.unix(path: socket.path), tls: nil, notice: socket.notice)
    // Until here nobody else may have it.
    _ = consume socket
  }

  private func serve(_ address: BindAddress, tls: TLSFiles?, notice: String?) async throws {
    do {
      let transport = try HTTP2Server(
        configuration: Self.configuration(address, tls),
        logger: logger
      )
      try await serve(
        GRPCServer(transport: transport, services: [AdminService(engine: engine)]),
        notice
      )
    } catch let error as TransportError {
      throw AdminServerError("the admin API \(error.message)")
    }
  }

  private func serve(_ server: GRPCServer<HTTP2Server>, _ notice: String?) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.serve() }
      group.addTask {
        // Where it can't listen, the server's own error says why.
        guard let address = try? await server.transport.address else { return }
        self.onListening(AdminAddress(address), notice)
        // Pictures never end by themselves, so there is nothing to wait for.
        try? await gracefulShutdown()
        server.beginGracefulShutdown()
        server.transport.beginGracefulShutdown()
      }
      defer { group.cancelAll() }
      try await group.waitForAll()
    }
  }

  private static func configuration(
    _ address: BindAddress,
    _ tls: TLSFiles?
  ) -> HTTP2Server.Configuration {
    var limits = TransportLimits()
    limits.maxMessageBytes = AdminLimits.messageBytes
    limits.maxConnections = 64
    limits.maxStreamsPerConnection = 32
    // Books are sent whole.
    limits.streamWindowBytes = 1 << 20
    limits.connectionWindowBytes = 4 << 20
    return HTTP2Server.Configuration(
      address: address,
      tls: tls,
      limits: limits,
      shutdownGrace: .milliseconds(200)
    )
  }
}

/// What both ends of the admin API put up with.
enum AdminLimits {
  /// The longest message: a book of ten thousands of rules.
  static let messageBytes = 64 << 20
}

extension AdminAddress {
  fileprivate init(_ address: BindAddress) {
    switch address {
    case .ip(let host, let port): self = .tcp(host: host, port: port)
    case .unix(let path): self = .unix(path: path)
    }
  }
}
