internal import GRPCCore
internal import Logging
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2
internal import NIOTLS

// What comes from the client.
extension Connection {
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isReading = true
    guard !life.isClosing else { return }
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let headers):
      receive(headers, on: frame.streamID, context: context)
    case .data(let data):
      guard case .byteBuffer(let bytes) = data.data else { return }
      streams[frame.streamID]?.receive(bytes, isLast: data.endStream)
    case .ping(let data, let isAnswer):
      if isAnswer { receivePingAnswer(data) } else { receivePing() }
    case .rstStream, .settings, .goAway, .windowUpdate, .priority, .pushPromise,
      .alternativeService, .origin:
      break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if life.received(at: .now()) { startTimer() }
    isReading = false
    settle()
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case let event as NIOHTTP2WindowUpdatedEvent:
      windowUpdated(event)
    case let event as StreamClosedEvent:
      streamClosed(event)
    case let event as TLSUserEvent:
      if case .handshakeCompleted(let name) = event, name != "h2" {
        refuseProtocol(name, context: context)
      }
    default:
      break
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    for call in streams.values { call.checkWritability(isConnectionWritable: isWritable) }
    settle()
    context.fireChannelWritabilityChanged()
  }

  private func receive(
    _ headers: HTTP2Frame.FramePayload.Headers,
    on id: HTTP2StreamID,
    context: ChannelHandlerContext
  ) {
    if let call = streams[id] {
      // Trailers of a client: gRPC has none, but they end what it sends.
      call.receive(ByteBuffer(), isLast: headers.endStream)
      return
    }
    let call = Call(id: id, connection: self)
    streams[id] = call
    lastStreamID = max(lastStreamID, id)
    life.streamOpened()
    open(call, headers.headers, context: context)
    if headers.endStream { call.receive(ByteBuffer(), isLast: true) }
  }

  private func open(_ call: Call, _ headers: HPACKHeaders, context: ChannelHandlerContext) {
    switch CallHead.read(headers) {
    case .notGRPC(let status):
      call.refuse(httpStatus: status)
    case .refused(let refusal):
      call.refuse(refusal)
    case .call(let head):
      let info = info(context)
      if let route = server.routes[head.path] {
        let stream = RawStream(call, connection: info, eventLoop: context.eventLoop)
        call.start(route(stream, head), timeout: head.timeout)
      } else {
        openRPC(call, head, info, eventLoop: context.eventLoop)
      }
    }
  }

  private func openRPC(
    _ call: Call,
    _ head: CallHead,
    _ info: ConnectionInfo,
    eventLoop: any EventLoop
  ) {
    let (handler, rpc) = RPCHandler.make(call, head, info, server.limits, eventLoop)
    call.start(handler, timeout: head.timeout)
    guard server.accept(rpc) else {
      call.refuse(Refusal(.unavailable, "the server is stopping"))
      return
    }
  }

  private func windowUpdated(_ event: NIOHTTP2WindowUpdatedEvent) {
    guard let size = event.inboundWindowSize else { return }
    guard event.streamID == .rootStream else {
      streams[event.streamID]?.windowChanged(to: size)
      return
    }
    // Each stream has a window of its own that bounds it, so that of the connection is given back
    // at once: a stream that waits mustn't hold up the others.
    let target = server.limits.connectionWindowBytes
    if size <= target / 2 { grant(target - size, on: .rootStream) }
  }

  private func streamClosed(_ event: StreamClosedEvent) {
    guard let call = streams.removeValue(forKey: event.streamID) else { return }
    call.closed(.cancelledByClient(event.reason.map { "\($0)" } ?? "closed"))
    if life.streamClosed(at: .now()) {
      runSoon { [weak self] in self?.sayGoodbye() }
    }
    startTimer()
  }

  private func receivePing() {
    guard life.clientPinged(at: .now()) else { return }
    failure = "too many pings"
    note(.pings, "the connection is closed: too many pings")
    goAway(lastStreamID, .enhanceYourCalm, "too_many_pings")
    closeGently()
  }

  private func receivePingAnswer(_ data: HTTP2PingData) {
    if data == Self.drainPing, life.isDraining { goAway(lastStreamID, .noError) }
  }

  private func refuseProtocol(_ name: String?, context: ChannelHandlerContext) {
    logger.debug("the client wants no HTTP/2", metadata: ["alpn": "\(name ?? "none")"])
    context.close(promise: nil)
  }
}
