internal import Logging
internal import NIOCore
internal import Synchronization

/// Keeps the number of connections within its limit.
final class ConnectionCounter: Sendable {
  private struct State {
    var count = 0
    /// Connections refused since the last log line.
    var refused = 0
    var lastLine: NIODeadline?
  }

  private let limit: Int
  private let logger: Logger
  private let state = Mutex(State())

  init(limit: Int, logger: Logger) {
    self.limit = limit
    self.logger = logger
  }

  /// Counts a connection until it closes, unless there are too many.
  func enter(_ channel: any Channel) -> Bool {
    let isRoom = state.withLock { state in
      guard state.count < limit else { return false }
      state.count += 1
      return true
    }
    guard isRoom else {
      tellOfRefusal()
      return false
    }
    channel.closeFuture.whenComplete { _ in self.state.withLock { $0.count -= 1 } }
    return true
  }

  /// Writes a line, at most one a second.
  private func tellOfRefusal() {
    let refused: Int? = state.withLock { state in
      state.refused += 1
      let now = NIODeadline.now()
      if let last = state.lastLine, now - last < .seconds(1) { return nil }
      state.lastLine = now
      defer { state.refused = 0 }
      return state.refused
    }
    guard let refused else { return }
    logger.warning("refused \(refused) connections for debug pages: \(limit) are open, the most")
  }
}

/// Tells a client that there are too many, and ends its connection.
final class RefusalHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let answer =
    "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

  func channelActive(context: ChannelHandlerContext) {
    let bytes = context.channel.allocator.buffer(string: Self.answer)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}
