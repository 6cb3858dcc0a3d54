internal import GRPCCore
internal import NIOCore
internal import Synchronization

/// Carries a stream to a service of grpc-swift and back; on the stream's event loop.
final class RPCHandler: RawStreamHandler {
  typealias Part = RPCRequestPart<MessageBytes>
  typealias Requests = NIOThrowingAsyncSequenceProducer<
    Part, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark,
    ReadingDelegate
  >

  /// A write that the service waits for.
  struct Writing: Sendable {
    let continuation: CheckedContinuation<Void, any Error>
    /// Set before ``cancelWriting()``, where the task that waits is cancelled.
    let isCancelled: CancelledFlag
  }

  final class CancelledFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() {
      value.store(true, ordering: .releasing)
    }
  }

  /// Lets the client send when the service has read what waited.
  struct ReadingDelegate: NIOAsyncSequenceProducerDelegate {
    let stream: RawStream

    func produceMore() {
      stream.execute { [stream] in stream.resumeReading() }
    }

    func didTerminate() {
      produceMore()
    }
  }

  private let call: Call
  private let requests: Requests.Source
  private let cancellation: CancellationLink
  private var waiting: [Writing] = []
  /// Why nothing can be written any more.
  private var end: RPCError?

  private init(_ call: Call, _ requests: Requests.Source, _ cancellation: CancellationLink) {
    self.call = call
    self.requests = requests
    self.cancellation = cancellation
  }

  /// Makes the handler of a stream, and what grpc-swift serves it by.
  static func make(
    _ call: Call,
    _ head: CallHead,
    _ info: ConnectionInfo,
    _ limits: TransportLimits,
    _ eventLoop: any EventLoop
  ) -> (RPCHandler, AcceptedRPC) {
    let stream = RawStream(call, connection: info, eventLoop: eventLoop)
    let requests = Requests.makeSequence(
      backPressureStrategy: .init(
        lowWatermark: max(1, limits.maxWaitingMessages / 2),
        highWatermark: max(2, limits.maxWaitingMessages)
      ),
      finishOnDeinit: true,
      delegate: ReadingDelegate(stream: stream)
    )
    let cancellation = CancellationLink()
    let handler = RPCHandler(call, requests.source, cancellation)
    _ = requests.source.yield(.metadata(head.metadata))
    let rpc = AcceptedRPC(
      path: head.path,
      connection: info,
      requests: requests.sequence,
      writer: RPCResponseWriter(NIOLoopBound(handler, eventLoop: eventLoop)),
      cancellation: cancellation
    )
    return (handler, rpc)
  }

  func received(_ message: ByteBuffer) {
    switch requests.yield(.message(MessageBytes(message))) {
    case .produceMore, .dropped: break
    case .stopProducing: call.pauseReading()
    }
  }

  func receivedEnd() {
    requests.finish()
  }

  func becameWritable() {
    let writings = waiting
    waiting = []
    for writing in writings { writing.continuation.resume() }
  }

  func closed(_ end: RawStreamEnd) {
    let error = end.rpcError
    let reason = error ?? RPCError(code: .failedPrecondition, message: "the RPC has its status")
    self.end = reason
    if let error {
      requests.finish(error)
      cancellation.cancel()
    } else {
      requests.finish()
    }
    let writings = waiting
    waiting = []
    for writing in writings { writing.continuation.resume(throwing: reason) }
  }
}

// What the service writes.
extension RPCHandler {
  func write(_ parts: [RPCResponsePart<MessageBytes>], _ writing: Writing) {
    if let end { return writing.continuation.resume(throwing: end) }
    call.batch {
      for part in parts { write(part) }
    }
    waiting.append(writing)
    if call.isWritable { becameWritable() } else { cancelWriting() }
  }

  /// Fails the writes whose tasks are cancelled.
  func cancelWriting() {
    waiting.removeAll { writing in
      guard writing.isCancelled.isSet else { return false }
      writing.continuation.resume(throwing: CancellationError())
      return true
    }
  }

  func finish(_ error: (any Error)?) {
    let status =
      switch error {
      case let error as RPCError: Status(code: Status.Code(error.code), message: error.message)
      default: Status(code: .unknown, message: "the service ended without a status")
      }
    call.finish(status, metadata: (error as? RPCError)?.metadata ?? [:])
  }

  private func write(_ part: RPCResponsePart<MessageBytes>) {
    switch part {
    case .metadata(let metadata): call.sendHeaders(metadata)
    case .message(let bytes): call.send(framed: bytes.buffer.framedAsMessage())
    case .status(let status, let metadata): call.finish(status, metadata: metadata)
    }
  }
}

extension RawStreamEnd {
  /// What a service is told; nil where it ended the stream itself.
  fileprivate var rpcError: RPCError? {
    switch self {
    case .finished:
      nil
    case .cancelledByClient(let reason):
      RPCError(code: .cancelled, message: "the client gave the RPC up: \(reason)")
    case .deadlineExceeded:
      RPCError(code: .deadlineExceeded, message: "the client's deadline has passed")
    case .refused(let status):
      RPCError(status: status) ?? RPCError(code: .internalError, message: status.message)
    case .connectionLost(let reason):
      RPCError(code: .unavailable, message: reason)
    }
  }
}
