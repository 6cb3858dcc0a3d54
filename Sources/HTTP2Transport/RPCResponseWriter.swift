internal import GRPCCore
internal import NIOCore

/// What a service of grpc-swift writes its response by; waits while the client is slow to read.
struct RPCResponseWriter: ClosableRPCWriterProtocol {
  typealias Element = RPCResponsePart<MessageBytes>

  private let handler: NIOLoopBound<RPCHandler>

  init(_ handler: NIOLoopBound<RPCHandler>) {
    self.handler = handler
  }

  func write(_ element: Element) async throws {
    try await write(parts: [element])
  }

  func write(contentsOf elements: some Sequence<Element>) async throws {
    try await write(parts: Array(elements))
  }

  func finish() async {
    handler.eventLoop.execute { handler.value.finish(nil) }
  }

  func finish(throwing error: any Error) async {
    handler.eventLoop.execute { handler.value.finish(error) }
  }

  private func write(parts: [Element]) async throws {
    let isCancelled = RPCHandler.CancelledFlag()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let writing = RPCHandler.Writing(continuation: continuation, isCancelled: isCancelled)
        handler.eventLoop.execute { handler.value.write(parts, writing) }
      }
    } onCancel: {
      isCancelled.set()
      handler.eventLoop.execute { handler.value.cancelWriting() }
    }
  }
}
