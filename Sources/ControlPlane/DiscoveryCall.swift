internal import GRPCCore
internal import HTTP2Transport
internal import NIOCore
internal import NIOPosix
internal import XDSCore

/// One discovery stream over HTTP/2: gives requests to the hub, and writes what waits.
///
/// All on the stream's event loop, without a task of its own, but for a client that asks for very
/// much at once: its work is done on another thread, so that the loop's other streams don't wait.
/// A client that doesn't read is written no more to, and one that then goes on asking is read no more
/// from, until it reads.
final class DiscoveryCall: RawStreamHandler {
  /// Longer requests are those of a client that asks for very much.
  private static let heavyBytes = 64 << 10

  private let hub: StreamHub
  private let reader: DiscoveryRequestReader
  private let kind: StreamKind
  private let connection: RawConnection
  /// nil once the stream is over.
  private var stream: ADSStream?
  private var isPaused = false
  private var isHeavy = false
  /// Whether another thread is at work for the stream; nothing else is done for it meanwhile.
  private var isAway = false
  /// Whether there may be more to write once that thread is done.
  private var hasMissed = false

  /// Opens the stream, or ends it where the hub takes none.
  init(_ raw: RawStream, _ head: CallHead, kind: StreamKind, hub: StreamHub) {
    self.hub = hub
    self.kind = kind
    self.connection = RawConnection(raw)
    self.reader = DiscoveryRequestReader(limits: hub.limits)
    let call = NIOLoopBound(self, eventLoop: raw.eventLoop)
    connection.onTimer = { [weak self] in self?.tick() }
    do {
      let peer = ClientPeer(raw.connection, authority: head.authority)
      let loop = raw.eventLoop
      let group = StreamGroup(id: ObjectIdentifier(loop)) { loop.execute($0) }
      stream = try hub.open(kind, peer: peer, group: group) {
        if loop.inEventLoop { call.value.write() } else { loop.execute { call.value.write() } }
      }
    } catch {
      raw.close(Status(error))
    }
  }

  func received(_ message: ByteBuffer) {
    guard let stream else { return }
    if isHeavy || message.readableBytes > Self.heavyBytes {
      isHeavy = true
      work(on: stream, message)
      return
    }
    do throws(StreamEnd) {
      let request = try reader.read(message.readableBytesSpan, as: kind.variant)
      let received = hub.receive(request, from: stream)
      write()
      if received == .full, !connection.isWritable { pause() }
    } catch {
      end(error)
    }
  }

  func receivedEnd() { end(.closedByClient) }

  func becameWritable() {
    write()
    resume()
  }

  func connectionIsDraining() { end(hub.isStopping ? .stopping : .draining) }

  func closed(_ end: RawStreamEnd) {
    guard let stream else { return }
    forget(stream, StreamEnd(end))
  }

  private func write() {
    guard let stream else { return }
    guard !isHeavy else {
      if connection.isWritable { work(on: stream, nil) }
      return
    }
    var end: StreamEnd?
    connection.raw.batch {
      do throws(StreamEnd) {
        try hub.write(stream, to: connection)
      } catch let error {
        end = error
      }
    }
    if let end { self.end(end) }
  }

  /// Takes a request, and makes what is to be written, on another thread.
  private func work(on stream: ADSStream, _ message: ByteBuffer?) {
    // Reading is paused while a thread is at work, so what comes meanwhile is no request.
    guard !isAway else {
      hasMissed = true
      return
    }
    isAway = true
    pause()
    let call = NIOLoopBound(self, eventLoop: connection.raw.eventLoop)
    NIOThreadPool.singleton.submit { [hub, reader, kind] _ in
      let draft = Draft()
      do throws(StreamEnd) {
        if let message {
          let request = try reader.read(message.readableBytesSpan, as: kind.variant)
          _ = hub.receive(request, from: stream)
        }
        hub.tick(stream)
        try hub.write(stream, to: draft)
      } catch {
        draft.work.end = error
      }
      let work = draft.work
      call.eventLoop.execute { call.value.take(work) }
    }
  }

  private func take(_ work: Draft.Work) {
    isAway = false
    guard stream != nil else { return }
    connection.raw.batch {
      for response in work.responses { connection.send(response) }
    }
    if let delay = work.delay { connection.wake(afterNanoseconds: delay) }
    if let end = work.end { self.end(end) }
    if hasMissed {
      hasMissed = false
      write()
    }
    resume()
  }

  private func tick() {
    guard let stream else { return }
    if !isHeavy { hub.tick(stream) }
    write()
  }

  private func pause() {
    guard !isPaused else { return }
    isPaused = true
    connection.raw.pauseReading()
  }

  private func resume() {
    guard isPaused, !isAway, stream != nil, connection.isWritable else { return }
    isPaused = false
    connection.raw.resumeReading()
  }

  private func end(_ end: StreamEnd) {
    guard let stream else { return }
    forget(stream, end)
    connection.raw.close(Status(end))
  }

  /// The stream holds what wakes this, so this must let go of it.
  private func forget(_ stream: ADSStream, _ end: StreamEnd) {
    self.stream = nil
    connection.cancelTimer()
    guard isAway else {
      hub.close(stream, end)
      return
    }
    // Else the loop would wait for that thread.
    NIOThreadPool.singleton.submit { [hub] _ in hub.close(stream, end) }
  }
}

/// What another thread made, to be written by the event loop.
private final class Draft: ADSConnection {
  struct Work: Sendable {
    var responses: [EncodedResponse] = []
    var delay: UInt64?
    var end: StreamEnd?
  }

  var work = Work()

  var isWritable: Bool { true }

  func send(_ response: EncodedResponse) { work.responses.append(response) }

  func wake(afterNanoseconds delay: UInt64) { work.delay = delay }
}

/// Writes to a raw stream; on its event loop only.
private final class RawConnection: ADSConnection {
  let raw: RawStream
  var onTimer: () -> Void = {}
  private var timer: Scheduled<Void>?

  init(_ raw: RawStream) {
    self.raw = raw
  }

  var isWritable: Bool { raw.isWritable }

  func send(_ response: EncodedResponse) { raw.send(framed: response.framed) }

  func wake(afterNanoseconds delay: UInt64) {
    timer?.cancel()
    timer = raw.schedule(after: .nanoseconds(Int64(clamping: delay))) { [weak self] in
      self?.onTimer()
    }
  }

  func cancelTimer() { timer?.cancel() }
}

extension Status {
  fileprivate init(_ end: StreamEnd) {
    if let code = end.code {
      self.init(code: Status.Code(code), message: end.reason)
    } else {
      self.init(code: .ok, message: "")
    }
  }
}

extension StreamEnd {
  fileprivate init(_ end: RawStreamEnd) {
    switch end {
    case .finished: self = .lost("the stream was closed")
    case .cancelledByClient(let reason): self = .lost("the client cancelled the stream: \(reason)")
    case .deadlineExceeded: self = .lost("the client's deadline passed")
    case .refused(let status): self = .lost(status.message)
    case .connectionLost(let reason): self = .lost(reason)
    }
  }
}
