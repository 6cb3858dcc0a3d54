#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import Logging
internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL

/// The socket that takes connections.
enum ServerSocket {
  /// With the usual 128, a thousand clients that connect at once take seconds.
  private static let backlog: Int32 = 4_096

  /// Listens.
  ///
  /// - Throws: ``TransportError``.
  static func bind(_ server: ServerShared, _ group: any EventLoopGroup) async throws -> any Channel
  {
    let address = server.configuration.address
    do {
      switch address {
      case .ip(let host, let port):
        return try await bootstrap(server, group)
          .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
          .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
          .bind(host: host, port: port).get()
      case .unix(let path):
        try await checkUnused(path, group)
        let listener = try await bootstrap(server, group)
          .serverChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try UnixSocket.close(channel, toOthers: path) }
          }
          .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        chmod(path, 0o600)
        return listener
      }
    } catch let error as TransportError {
      throw error
    } catch {
      throw TransportError(cannotListenOn: address, error)
    }
  }

  /// Where a listener listens: as it was asked to, with the port that it got.
  static func address(of listener: any Channel, asked: BindAddress) -> BindAddress {
    guard let bound = listener.localAddress, let host = bound.ipAddress, let port = bound.port
    else {
      return asked
    }
    return .ip(host: host, port: port)
  }

  static func remove(_ path: String) {
    unlink(path)
  }

  private static func bootstrap(
    _ server: ServerShared,
    _ group: any EventLoopGroup
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try setUp(channel, server) }
      }
  }

  /// A socket file that nobody listens at is left over from a crash, and replaced.
  private static func checkUnused(_ path: String, _ group: any EventLoopGroup) async throws {
    let probe = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
    guard let probe else { return }
    try? await probe.close()
    throw TransportError(.addressInUse, "can't listen on unix:\(path): another program does")
  }

  /// Sets a new connection up; throwing closes it.
  private static func setUp(_ channel: any Channel, _ server: ServerShared) throws {
    let number: UInt64
    switch server.connections.reserve() {
    case .number(let place): number = place
    case .stopping: throw ChannelError.ioOnClosedChannel
    case .full:
      let text = "a connection too many was refused: \(server.connections.count) are open"
      let client = channel.remoteAddress?.text ?? server.namelessClient
      server.onNotice(TransportNotice(.connections, client: client, text))
      throw ChannelError.ioOnClosedChannel
    }
    let connection = Connection(server: server, number: number, ageFactor: .random(in: 0.9...1.1))
    let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
    do {
      try addHandlers(channel, connection, server)
    } catch {
      server.connections.release()
      throw error
    }
    channel.closeFuture.whenComplete { _ in server.connections.remove(number) }
    guard server.connections.add(bound, number) else { throw ChannelError.ioOnClosedChannel }
  }

  private static func addHandlers(
    _ channel: any Channel,
    _ connection: Connection,
    _ server: ServerShared
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    if let certificates = server.certificates {
      try pipeline.addHandler(NIOSSLServerHandler(context: certificates.context))
    }
    let handler = NIOHTTP2Handler(
      mode: .server,
      frameDelegate: connection,
      connectionConfiguration: .init(server.limits),
      streamConfiguration: .init(server.limits)
    )
    try pipeline.addHandler(handler)
    try pipeline.addHandler(connection)
  }
}

extension NIOHTTP2Handler.ConnectionConfiguration {
  fileprivate init(_ limits: TransportLimits) {
    self.init()
    initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.maxStreamsPerConnection),
      HTTP2Setting(parameter: .maxHeaderListSize, value: limits.maxHeaderListBytes),
      HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindowBytes),
    ]
    maximumBufferedControlFrames = 1_000
    // Room for the times of so many frames is set aside for each connection, so the window is short.
    controlFrameRateLimit.maximumCount = max(1, limits.maxControlFramesPerSecond / 10)
    controlFrameRateLimit.windowLength = .milliseconds(100)
  }
}

extension NIOHTTP2Handler.StreamConfiguration {
  fileprivate init(_ limits: TransportLimits) {
    self.init()
    streamResetFrameRateLimit.maximumCount = limits.maxResetsPerSecond
    streamResetFrameRateLimit.windowLength = .seconds(1)
    streamErrorRateLimit.maximumCount = limits.maxResetsPerSecond
    streamErrorRateLimit.windowLength = .seconds(1)
  }
}

extension TransportError {
  fileprivate init(cannotListenOn address: BindAddress, _ error: any Error) {
    let (code, reason): (Code, String) =
      switch (error as? IOError)?.errnoCode {
      case EADDRINUSE:
        (.addressInUse, "another program does; want a free port, or that one stopped")
      case EACCES, EPERM: (.permissionDenied, "the system doesn't allow it")
      case EADDRNOTAVAIL: (.badAddress, "this machine has no such address")
      case ENOENT, ENOTDIR: (.badAddress, "no such directory")
      case nil where error is SocketAddressError: (.badAddress, "\(error)")
      default: (.cannotListen, "\(error)")
      }
    self.init(code, "can't listen on \(address): \(reason)")
  }
}
