import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// The request side of a ``LazyStream``.
struct LazyRequestWriter: ClosableRPCWriterProtocol {
  let stream: LazyStream

  func write(_ element: LazyStream.Part) async throws {
    try await stream.write(element)
  }

  func write(contentsOf elements: some Sequence<LazyStream.Part>) async throws {
    for element in elements { try await stream.write(element) }
  }

  func finish() async {
    await stream.finish(.finished)
  }

  func finish(throwing error: any Error) async {
    await stream.finish(.failed(error))
  }
}

/// The response side of a ``LazyStream``; what passes is noted for the call's report.
struct LazyResponses: AsyncSequence, Sendable {
  typealias Element = RPCResponsePart<GRPCNIOTransportBytes>
  typealias Failure = any Error

  let stream: LazyStream
  let notes: CallNotes

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(stream: stream, notes: notes)
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    let stream: LazyStream
    let notes: CallNotes
    private var base: LazyStream.Inbound.AsyncIterator?

    init(stream: LazyStream, notes: CallNotes) {
      self.stream = stream
      self.notes = notes
    }

    mutating func next() async throws -> Element? {
      try await next(isolation: nil)
    }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
      do {
        if base == nil { base = try await stream.inbound().makeAsyncIterator() }
        let part = try await base?.next(isolation: actor)
        if let part { notes.observe(part) }
        return part
      } catch {
        notes.observe(error)
        throw error
      }
    }
  }
}
