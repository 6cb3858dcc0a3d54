internal import GRPCCore
internal import Logging
internal import NIOCore
internal import NIOHTTP2

// What goes to the client.
extension Connection: NIOHTTP2FrameDelegate {
  var isWritable: Bool { context?.channel.isWritable ?? false }

  /// Writes a frame of a stream; ``flush()`` sends it.
  func write(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID) {
    life.sent()
    writeFrame(payload, on: id)
  }

  /// Lets the client send more on a stream, or on the connection.
  func grant(_ bytes: Int, on id: HTTP2StreamID) {
    guard !life.isClosing else { return }
    writeFrame(.windowUpdate(windowSizeIncrement: bytes), on: id)
    flush()
  }

  func goAway(_ last: HTTP2StreamID, _ code: HTTP2ErrorCode, _ text: String? = nil) {
    let data = text.map { ByteBuffer(string: $0) }
    writeFrame(.goAway(lastStreamID: last, errorCode: code, opaqueData: data), on: .rootStream)
    flush()
  }

  func writeFrame(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID) {
    let frame = HTTP2Frame(streamID: id, payload: payload)
    context?.write(wrapOutboundOut(frame), promise: nil)
  }

  /// Sends what was written: now, or at the end of the batch or the read that goes on.
  func flush() {
    needsFlush = true
    if batches == 0 { settle() }
  }

  /// Does several writes as one to the socket.
  func batch(_ body: () -> Void) {
    batches += 1
    body()
    batches -= 1
    if batches == 0, needsFlush { settle() }
  }

  /// Resets a stream when the write that goes on is done.
  func resetSoon(_ id: HTTP2StreamID) {
    backlog.reset.append(id)
  }

  /// Tells a stream's handler that it may send, when the write that goes on is done.
  func tellSoon(_ call: Call) {
    backlog.writable.append(call)
  }

  /// Flushes, and does what waited for that.
  func settle() {
    guard !isReading, batches == 0 else { return }
    while needsFlush || !backlog.reset.isEmpty || !backlog.writable.isEmpty {
      if needsFlush {
        needsFlush = false
        context?.flush()
      }
      let done = backlog
      backlog = Backlog()
      for id in done.reset where streams[id] != nil {
        writeFrame(.rstStream(.noError), on: id)
        needsFlush = true
      }
      for call in done.writable { call.tellWritable() }
    }
  }

  /// A frame goes to the socket now: flow control has let it through.
  func wroteFrame(_ frame: HTTP2Frame) {
    switch frame.payload {
    case .data(let data):
      let isWritable = isWritable
      streams[frame.streamID]?.wrote(data.data.readableBytes, isConnectionWritable: isWritable)
    case .headers(let headers) where headers.endStream:
      streams[frame.streamID]?.wroteTrailers()
    default:
      break
    }
  }

  func tell(_ refusal: Refusal, on id: HTTP2StreamID) {
    if refusal.status.code == .resourceExhausted { note(.messageBytes, refusal.status.message) }
    logger.debug(
      "stream refused",
      metadata: [
        "stream": "\(Int(id))", "status": "\(refusal.status.code)",
        "reason": "\(refusal.status.message)",
      ]
    )
  }
}
