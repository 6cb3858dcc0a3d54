internal import GRPCCore
internal import Logging
internal import NIOCore
internal import NIOHTTP2
internal import NIOTLS

/// One connection: its streams, its pings and its end; on its event loop.
///
/// It stands behind a `NIOHTTP2Handler` and takes that one's frames itself. A channel for each
/// stream, which swift-nio-http2 also offers, would cost a pipeline a stream, and gRPC needs nothing
/// of it.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  /// What waits until a write or a read is done.
  struct Backlog {
    /// Streams whose handlers may send again.
    var writable: [Call] = []
    /// Streams whose clients still send after the trailers.
    var reset: [HTTP2StreamID] = []
  }

  let server: ServerShared
  let number: UInt64
  var context: ChannelHandlerContext?
  var life: ConnectionLife
  var timer: (task: Scheduled<Void>, at: NIODeadline)?
  var streams: [HTTP2StreamID: Call] = [:]
  var lastStreamID = HTTP2StreamID.rootStream
  /// Why the connection broke, where something said so.
  var failure: String?
  var isReading = false
  var batches = 0
  var needsFlush = false
  var backlog = Backlog()
  private var knownInfo: ConnectionInfo?

  init(server: ServerShared, number: UInt64, ageFactor: Double) {
    self.server = server
    self.number = number
    self.life = ConnectionLife(
      rules: server.configuration.keepalive,
      setUpTimeout: server.limits.setUpTimeout,
      ageFactor: ageFactor,
      now: .now()
    )
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    startTimer()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.task.cancel()
    timer = nil
    let calls = streams.values
    streams = [:]
    for call in calls { call.closed(.connectionLost(failure ?? "the connection is closed")) }
    backlog = Backlog()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case is NIOHTTP2Errors.StreamError:
      // Of a stream that closed meanwhile.
      break
    case is NIOHTTP2Errors.NoSuchStream where life.isDraining:
      // The client opened a stream before it saw the GOAWAY.
      break
    default:
      guard failure == nil else { break }
      let limit = server.limits.limit(behind: error)
      failure = limit?.1 ?? "\(error)"
      logger.debug("the connection broke", metadata: ["error": "\(error)"])
      if let (kind, text) = limit { note(kind, "the connection is closed: \(text)") }
      // In a turn of its own: the GOAWAY that says why goes first.
      runSoon { [weak self] in self?.closeGently() }
    }
  }

  /// Who is at the other end; known once the first stream opens, and TLS with it.
  func info(_ context: ChannelHandlerContext) -> ConnectionInfo {
    if let knownInfo { return knownInfo }
    let info = ConnectionInfo(
      number: number,
      remoteAddress: context.remoteAddress?.text ?? server.namelessClient,
      localAddress: context.localAddress?.text ?? server.namelessClient,
      identity: server.certificates == nil ? nil : PeerIdentity.verified(on: context),
      userID: server.isUnix ? UnixSocket.peerUserID(of: context.channel) : nil
    )
    knownInfo = info
    return info
  }

  /// Tells the operator.
  func note(_ kind: TransportNotice.Kind, _ text: String) {
    let client = context?.remoteAddress?.text ?? server.namelessClient
    server.onNotice(TransportNotice(kind, client: client, text))
  }

  var logger: Logger {
    var logger = server.logger
    logger[metadataKey: "connection"] = "\(number)"
    if let address = context?.remoteAddress { logger[metadataKey: "client"] = "\(address.text)" }
    return logger
  }

  /// Runs a closure in a turn of its own.
  func runSoon(_ body: @escaping () -> Void) {
    context?.eventLoop.assumeIsolated().execute(body)
  }

  func schedule(after delay: Duration, _ body: @escaping () -> Void) -> Scheduled<Void>? {
    context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
  }
}
