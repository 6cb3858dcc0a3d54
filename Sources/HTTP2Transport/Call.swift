internal import GRPCCore
internal import NIOCore
internal import NIOHTTP2

/// One stream of a connection, on its event loop.
///
///     response:  waiting ──headers──► started ──trailers──► finished
///                    └────────────trailers only────────────────┘
///
/// The handler is let go as soon as the stream is over, whatever ended it; HTTP/2 may keep the stream
/// a little longer, until the client has the trailers.
final class Call {
  private enum Response {
    case waiting
    case started
    case finished
  }

  let id: HTTP2StreamID
  private let server: ServerShared
  /// Nil when HTTP/2 has closed the stream.
  private var connection: Connection?
  /// Nil when the stream is over, and before it has one.
  private var handler: (any RawStreamHandler)?
  private var deadline: Scheduled<Void>?

  private var reader: MessageReader
  /// What the client may still send, in bytes.
  private var window: Int
  /// Whether the client has sent its last byte.
  private var isEnded = false
  private var isEndDelivered = false
  private var isPaused = false
  private var isDelivering = false

  private var response = Response.waiting
  /// What was sent and isn't with the socket yet, in bytes.
  private var unsentBytes = 0
  /// False from the moment that too much is unsent until half of that is.
  private(set) var isWritable = true

  init(id: HTTP2StreamID, connection: Connection) {
    self.id = id
    self.server = connection.server
    self.connection = connection
    self.reader = MessageReader(maxMessageBytes: server.limits.maxMessageBytes)
    self.window = server.limits.streamWindowBytes
  }

  /// Gives the stream its handler; before anything is received.
  func start(_ handler: any RawStreamHandler, timeout: Duration?) {
    guard let connection else { return }
    guard response != .finished else {
      // Whoever made the handler has closed the stream.
      connection.runSoon { handler.closed(.finished) }
      return
    }
    self.handler = handler
    if let timeout {
      deadline = connection.schedule(after: timeout) { [weak self] in self?.passDeadline() }
    }
  }

  /// HTTP/2 has closed the stream, or the connection is gone.
  func closed(_ end: RawStreamEnd) {
    letGo(end)
    reader.clear()
    connection = nil
  }

  func connectionIsDraining() {
    handler?.connectionIsDraining()
  }

  /// Tells the handler in a turn of its own: it may be in the middle of something.
  private func letGo(_ end: RawStreamEnd) {
    deadline?.cancel()
    deadline = nil
    guard let handler else { return }
    self.handler = nil
    connection?.runSoon { handler.closed(end) }
  }
}

// What the client sends.
extension Call {
  func receive(_ bytes: ByteBuffer, isLast: Bool) {
    if isLast { isEnded = true }
    guard handler != nil else { return }
    reader.append(bytes)
    deliver()
  }

  func pauseReading() {
    isPaused = true
  }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    deliver()
    grantWindow()
  }

  /// What the client may still send has changed.
  func windowChanged(to size: Int) {
    window = size
    grantWindow()
  }

  private func deliver() {
    guard !isDelivering else { return }
    isDelivering = true
    defer { isDelivering = false }
    do throws(Refusal) {
      while !isPaused, let handler, let message = try reader.next() { handler.received(message) }
      try deliverEnd()
    } catch {
      refuse(error)
    }
  }

  private func deliverEnd() throws(Refusal) {
    guard isEnded, !isPaused, !isEndDelivered, let handler else { return }
    isEndDelivered = true
    guard reader.isEmpty else {
      throw Refusal(.internalError, "the client ended the stream within a message")
    }
    handler.receivedEnd()
  }

  /// Lets the client send more, once half of its window is used up and nothing waits here.
  private func grantWindow() {
    guard !isPaused, !isEnded, response != .finished else { return }
    guard window <= server.limits.streamWindowBytes / 2 else { return }
    connection?.grant(server.limits.streamWindowBytes - window, on: id)
  }
}

// What goes to the client.
extension Call {
  /// Sends the headers, unless they are sent.
  func sendHeaders(_ metadata: Metadata = [:]) {
    guard response == .waiting, let connection else { return }
    response = .started
    connection.write(.headers(.init(headers: ResponseHeaders.initial(metadata))), on: id)
    connection.flush()
  }

  func send(framed bytes: ByteBuffer) {
    guard response != .finished, let connection else { return }
    connection.batch {
      sendHeaders()
      unsentBytes += bytes.readableBytes
      connection.write(.data(.init(data: .byteBuffer(bytes))), on: id)
      connection.flush()
    }
    checkWritability(isConnectionWritable: connection.isWritable)
  }

  func batch(_ body: () -> Void) {
    guard let connection else { return body() }
    connection.batch(body)
  }

  /// Ends the stream with a status.
  func finish(_ status: Status, metadata: Metadata) {
    finish(status, metadata, as: .finished)
  }

  /// Ends the stream since the client broke a rule or hit a limit.
  func refuse(_ refusal: Refusal) {
    connection?.tell(refusal, on: id)
    finish(refusal.status, refusal.metadata, as: .refused(refusal.status))
  }

  private func passDeadline() {
    let status = Status(code: .deadlineExceeded, message: "the client's deadline has passed")
    finish(status, [:], as: .deadlineExceeded)
  }

  private func finish(_ status: Status, _ metadata: Metadata, as end: RawStreamEnd) {
    guard response != .finished, let connection else { return }
    let trailers = ResponseHeaders.trailers(status, metadata, isOnly: response == .waiting)
    response = .finished
    letGo(end)
    reader.clear()
    connection.write(.headers(.init(headers: trailers, endStream: true)), on: id)
    connection.flush()
  }

  /// Answers what isn't gRPC.
  func refuse(httpStatus: Int) {
    guard response == .waiting, let connection else { return }
    response = .finished
    let headers = ResponseHeaders.plainHTTP(status: httpStatus)
    connection.write(.headers(.init(headers: headers, endStream: true)), on: id)
    connection.flush()
  }
}

// What has gone to the client.
extension Call {
  /// Bytes went to the socket.
  func wrote(_ bytes: Int, isConnectionWritable: Bool) {
    unsentBytes -= bytes
    checkWritability(isConnectionWritable: isConnectionWritable)
  }

  /// The trailers went to the socket: a client that still sends is told to stop.
  func wroteTrailers() {
    if !isEnded { connection?.resetSoon(id) }
  }

  func checkWritability(isConnectionWritable: Bool) {
    if isWritable {
      isWritable = isConnectionWritable && unsentBytes <= server.limits.maxUnsentBytes
    } else if isConnectionWritable, unsentBytes <= server.limits.maxUnsentBytes / 2 {
      isWritable = true
      connection?.tellSoon(self)
    }
  }

  func tellWritable() {
    if isWritable { handler?.becameWritable() }
  }
}
