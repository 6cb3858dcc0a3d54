import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// A call's responses; what passes is noted for the call's report.
struct ObservedResponses: AsyncSequence, Sendable {
  typealias Element = RPCResponsePart<GRPCNIOTransportBytes>
  typealias Failure = any Error

  enum Source: Sendable {
    case open(LazyStream.Inbound)
    /// To be opened yet.
    case lazy(LazyStream)
  }

  let source: Source
  let notes: CallNotes

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(source: source, notes: notes)
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    private let source: Source
    private let notes: CallNotes
    private var base: LazyStream.Inbound.AsyncIterator?

    init(source: Source, notes: CallNotes) {
      self.source = source
      self.notes = notes
    }

    mutating func next() async throws -> Element? {
      try await next(isolation: nil)
    }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
      do {
        if base == nil { base = try await open() }
        let part = try await base?.next(isolation: actor)
        if let part { notes.observe(part) }
        return part
      } catch {
        notes.observe(error)
        throw error
      }
    }

    private func open() async throws(RPCError) -> LazyStream.Inbound.AsyncIterator {
      switch source {
      case .open(let inbound): inbound.makeAsyncIterator()
      case .lazy(let stream): try await stream.inbound().makeAsyncIterator()
      }
    }
  }
}
