import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Lets an outside load generator make edits by HTTP: `POST /weights?v1=90&v2=10`.
enum EditTrigger {
  /// Listens on a free port of 127.0.0.1.
  ///
  /// - Parameter edit: Called with the two weights before the answer goes out.
  /// - Returns: The port.
  /// - Throws: Where it can't listen.
  static func listen(
    edit: @escaping @Sendable (_ v1: UInt32, _ v2: UInt32) -> Void
  ) async throws
    -> Int
  {
    // A thread of its own: those of the control plane are what is under load.
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(edit: edit))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return channel.localAddress?.port ?? 0
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let edit: @Sendable (UInt32, UInt32) -> Void
    private var target = ""

    init(edit: @escaping @Sendable (UInt32, UInt32) -> Void) {
      self.edit = edit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): target = head.uri
      case .body: break
      case .end: answer(context)
      }
    }

    private func answer(_ context: ChannelHandlerContext) {
      let items = URLComponents(string: target)?.queryItems ?? []
      let weights = ["v1", "v2"].compactMap { name in
        items.first { $0.name == name }?.value.flatMap(UInt32.init)
      }
      if weights.count == 2 { edit(weights[0], weights[1]) }
      let head = HTTPResponseHead(
        version: .http1_1,
        status: weights.count == 2 ? .ok : .badRequest,
        headers: ["content-length": "0"]
      )
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
