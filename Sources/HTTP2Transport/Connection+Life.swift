internal import GRPCCore
internal import Logging
internal import NIOCore
internal import NIOHTTP2

// How the connection lives and ends.
extension Connection {
  static let keepalivePing = HTTP2PingData(withInteger: 0x77_65_69_72_6c_69_76_65)
  static let drainPing = HTTP2PingData(withInteger: 0x77_65_69_72_64_72_61_69)

  /// Sets the timer to what is due next, unless it rings earlier anyway.
  func startTimer() {
    guard let context, let deadline = life.deadline else { return }
    if let timer {
      guard deadline < timer.at else { return }
      timer.task.cancel()
    }
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      [weak self] () -> Void in self?.timerRang()
    }
    timer = (task, deadline)
  }

  private func timerRang() {
    timer = nil
    switch life.due(at: .now()) {
    case .ping:
      writeFrame(.ping(Self.keepalivePing, ack: false), on: .rootStream)
      flush()
    case .drain(let reason):
      drain(grace: server.configuration.keepalive.maxAgeGrace, since: reason)
    case .close(let reason):
      failure = failure ?? reason.rawValue
      logger.debug("connection closed", metadata: ["reason": "\(reason.rawValue)"])
      tell(reason)
      context?.close(promise: nil)
      return
    case nil:
      break
    }
    startTimer()
  }

  private func tell(_ reason: ConnectionLife.Reason) {
    switch reason {
    case .tooSlow: note(.setUpTime, "the connection is closed: \(reason.rawValue)")
    case .silent: note(.silence, "the connection is closed: \(reason.rawValue)")
    case .graceOver, .closed: break
    }
  }

  /// Takes no new streams, and closes once those that are open have ended, or after the grace time.
  func drain(grace: Duration, since reason: String) {
    logger.debug("connection drains", metadata: ["reason": "\(reason)"])
    switch life.startDraining(grace: grace, at: .now()) {
    case .tell: tellDraining()
    case .close: sayGoodbye()
    case .drop: context?.close(promise: nil)
    case .nothing: break
    }
    startTimer()
  }

  /// Tells the client to open no more streams.
  ///
  /// Those that it opens until it has seen this are served. The ping's answer comes after all of
  /// them, and then a second GOAWAY says which was the last.
  private func tellDraining() {
    writeFrame(.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil), on: .rootStream)
    writeFrame(.ping(Self.drainPing, ack: false), on: .rootStream)
    flush()
    for call in Array(streams.values) { call.connectionIsDraining() }
  }

  /// Tells the client which stream was the last, so that it repeats elsewhere what it opened since,
  /// and closes.
  func sayGoodbye() {
    guard !life.isClosing else { return }
    goAway(lastStreamID, .noError)
    closeGently()
  }

  /// Closes this side once all is sent, and the connection when the client has closed its own or
  /// takes too long for that.
  ///
  /// Closed at once, with bytes of the client's unread, the system would throw away what is on its
  /// way to it.
  func closeGently() {
    guard let context, !life.isClosing else { return }
    life.startClosing(at: .now())
    needsFlush = false
    context.flush()
    context.close(mode: .output, promise: nil)
    startTimer()
  }
}
