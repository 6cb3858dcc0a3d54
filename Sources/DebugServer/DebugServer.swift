package import Logging
internal import MeshModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization
package import XDSCore

/// The engine's pages for tools and for dubbo-go clients, over plain HTTP/1.1.
///
/// `/debug/adsz` tells dubbo-go consumers where their interfaces are provided; the others show what
/// clients are served, in the shapes of istiod's pages of these names. A bearer token is accepted
/// and not looked at. All work is done on one thread of its own, so that a large page delays no push.
package final class DebugServer: Service {
  private let address: Address
  private let limits: Limits
  private let pages: DebugPages
  private let logger: Logger
  private let bound = BoundAddress()
  private let hasRun = Atomic(false)

  /// - Parameters:
  ///   - address: Where to listen.
  ///   - interfaces: What dubbo consumers find before a provider tells of it, and in place of what
  ///     it tells. Without any they find `api.Greeter` on the mesh's first service with rules.
  ///   - sources: What to show.
  ///   - limits: How much to take from clients.
  ///   - logger: Told of start and stop, and of refused connections.
  package init(
    address: Address,
    interfaces: [DubboInterface] = [],
    sources: DebugSources,
    limits: Limits = Limits(),
    logger: Logger
  ) {
    self.address = address
    self.limits = limits
    self.logger = logger
    pages = DebugPages(sources: sources, interfaces: InterfaceBook(configured: interfaces))
  }

  /// The address that is listened on, with the port that the system chose where 0 was asked for.
  ///
  /// Waits for ``run()`` to get there.
  ///
  /// - Throws: ``DebugServerError``: why it can't be listened on, or code `stopped` after the end.
  package var boundAddress: Address {
    get async throws(DebugServerError) { try await bound.value }
  }

  /// Takes in what happened on a client's stream: a provider's interfaces are remembered.
  ///
  /// Hand it every event of the control plane; it may be called from any thread and doesn't block.
  package func record(_ event: ClientEvent) {
    if case .connected(let node, _, _, _) = event.kind { pages.learn(from: node) }
  }

  /// Listens and serves until cancelled or shut down; it may be called once.
  ///
  /// - Throws: ``DebugServerError`` where it can't listen, with a sentence for the operator.
  package func run() async throws {
    guard !hasRun.exchange(true, ordering: .relaxed) else {
      throw DebugServerError(.alreadyRan, "a debug server can run only once")
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let channel = try await listen(on: group)
      let port = channel.localAddress?.port ?? address.port
      let found = Address(trustedHost: address.host, port: port)
      logger.info("serving the debug pages", metadata: ["address": "\(found)"])
      bound.settle(.success(found))
      try? await gracefulShutdown()
      try? await group.shutdownGracefully()
      bound.settle(.failure(.stopped))
    } catch {
      try? await group.shutdownGracefully()
      let reason = DebugServerError(listeningOn: address, failedWith: error)
      bound.settle(.failure(reason))
      throw reason
    }
  }

  private func listen(on group: MultiThreadedEventLoopGroup) async throws -> any Channel {
    let counter = ConnectionCounter(limit: limits.maxConnections, logger: logger)
    return try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { [pages, limits] channel in
        channel.eventLoop.makeCompletedFuture {
          let handlers = channel.pipeline.syncOperations
          guard counter.enter(channel) else {
            try handlers.addHandler(RefusalHandler())
            return
          }
          try handlers.configureHTTPServerPipeline(
            withErrorHandling: false,
            withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: NIOHTTPDecoderLimitConfiguration(limits)
          )
          try handlers.addHandler(DebugConnection(pages: pages, limits: limits))
        }
      }
      .bind(host: address.host, port: address.port)
      .get()
  }
}

extension NIOHTTPDecoderLimitConfiguration {
  fileprivate init(_ limits: DebugServer.Limits) {
    self.init()
    maxHeaderFieldSize = limits.maxFieldBytes
    maxHeaderListSize = limits.maxHeadBytes
    maxHeaderFieldCount = limits.maxFields
  }
}
