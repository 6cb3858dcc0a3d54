internal import NIOCore
internal import NIOHTTP1

/// One connection: requests in, each answered before the next is looked at.
///
/// ```
///            head, body                end              written
///  waiting ────────────► reading ────────────► writing ─────────► waiting | closed
///     └── requestTimeout ───┘─► closed            └─ responseTimeout ─► closed
/// ```
/// The time for a request runs from the end of the response before it, so bytes that drip in don't
/// prolong it. The end of a response is told to the pipeline once the client has taken its bytes, so
/// one that sends requests and reads nothing costs one response.
final class DebugConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case waiting
    case reading(HTTPRequestHead, bodyBytes: Int)
    case writing
    case closed
  }

  private let pages: DebugPages
  private let limits: DebugServer.Limits
  private var state = State.waiting
  private var isInputClosed = false
  private var timer: Scheduled<Void>?

  init(pages: DebugPages, limits: DebugServer.Limits) {
    self.pages = pages
    self.limits = limits
  }

  func channelActive(context: ChannelHandlerContext) {
    startTimer(limits.requestTimeout, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    state = .closed
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .waiting):
      state = .reading(head, bodyBytes: 0)
    case (.body(let bytes), .reading(let head, let count)):
      take(bytes.readableBytes + count, of: head, context)
    case (.end, .reading(let head, _)):
      let request = DebugRequest(method: head.method.rawValue, target: head.uri)
      send(
        pages.response(to: request),
        withBody: head.method != .HEAD,
        isLast: !head.isKeepAlive || isInputClosed,
        context
      )
    case (.head, .reading), (_, .waiting), (_, .writing), (_, .closed):
      // The rest of a request that was refused.
      break
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      isInputClosed = true
      switch state {
      case .waiting, .reading: close(context)
      case .writing, .closed: break
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      close(context)
      return
    }
    switch state {
    case .waiting, .reading:
      let isTooLarge = error == .headerOverflow
      send(
        .problem(
          isTooLarge ? 431 : 400,
          isTooLarge ? "the request's head is too large" : "not a request that HTTP/1.1 allows"
        ),
        withBody: true,
        isLast: true,
        context
      )
    case .writing, .closed:
      close(context)
    }
  }

  private func take(_ bodyBytes: Int, of head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    state = .reading(head, bodyBytes: bodyBytes)
    guard bodyBytes > limits.maxBodyBytes else { return }
    let message = "the request's body is longer than \(limits.maxBodyBytes) bytes; want none"
    send(.problem(413, message), withBody: true, isLast: true, context)
  }

  private func send(
    _ response: DebugResponse,
    withBody: Bool,
    isLast: Bool,
    _ context: ChannelHandlerContext
  ) {
    state = .writing
    startTimer(limits.responseTimeout, context)
    let head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: response.status),
      headers: headers(of: response, isLast: isLast)
    )
    let written = context.eventLoop.makePromise(of: Void.self)
    if withBody, !response.body.isEmpty {
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      let body = context.channel.allocator.buffer(bytes: response.body)
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body))), promise: written)
    } else {
      context.writeAndFlush(wrapOutboundOut(.head(head)), promise: written)
    }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let own = NIOLoopBound(self, eventLoop: context.eventLoop)
    written.futureResult.whenComplete { _ in own.value.finish(isLast: isLast, bound.value) }
  }

  private func headers(of response: DebugResponse, isLast: Bool) -> HTTPHeaders {
    var headers = HTTPHeaders([
      ("content-type", response.contentType),
      ("content-length", "\(response.body.count)"),
      ("cache-control", "no-store"),
      ("x-content-type-options", "nosniff"),
      ("connection", isLast ? "close" : "keep-alive"),
    ])
    for (name, value) in response.fields.sorted(by: { $0.key < $1.key }) {
      headers.add(name: name, value: value)
    }
    return headers
  }

  private func finish(isLast: Bool, _ context: ChannelHandlerContext) {
    guard case .writing = state else { return }
    guard !isLast, !isInputClosed else {
      close(context)
      return
    }
    state = .waiting
    startTimer(limits.requestTimeout, context)
    // Brings the next request, if it is here already.
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func startTimer(_ time: Duration, _ context: ChannelHandlerContext) {
    timer?.cancel()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let own = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) { own.value.close(bound.value) }
  }

  private func close(_ context: ChannelHandlerContext) {
    timer?.cancel()
    state = .closed
    context.close(promise: nil)
  }
}
