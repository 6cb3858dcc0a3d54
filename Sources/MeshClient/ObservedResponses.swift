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
    /// Until then a call that fails may be tried again.
    private var hasBegun = false

    init(source: Source, notes: CallNotes) {
      self.source = source
      self.notes = notes
    }

    mutating func next() async throws -> Element? {
      try await next(isolation: nil)
    }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
      do {
        let part = try await nextPart(isolation: actor)
        if let part { notes.observe(part) }
        return part
      } catch {
        notes.observe(error)
        throw error
      }
    }

    /// The next part of the try that counts.
    private mutating func nextPart(isolation actor: isolated (any Actor)?) async throws -> Element?
    {
      guard case .lazy(let stream) = source else {
        if base == nil { base = try await open() }
        return try await base?.next(isolation: actor)
      }
      while true {
        switch await result(isolation: actor) {
        case .success(.status(let status, let metadata)?):
          if !hasBegun, stream.triesAgain(after: status.code) { base = nil; continue }
          // What the transport says of a stream that was ended from here isn't the reason.
          if let failure = stream.failure { throw failure }
          return .status(status, metadata)
        case .success(let part?):
          if !hasBegun { stream.commit() }
          hasBegun = true
          return part
        case .success(nil):
          if let failure = stream.failure { throw failure }
          return nil
        case .failure(let error):
          if !hasBegun, stream.triesAgain(after: error.statusCode) { base = nil; continue }
          throw stream.failure ?? error
        }
      }
    }

    private mutating func result(
      isolation actor: isolated (any Actor)?
    ) async -> Result<Element?, any Error> {
      do {
        if base == nil { base = try await open() }
        return .success(try await base?.next(isolation: actor))
      } catch {
        return .failure(error)
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

extension Error {
  /// The gRPC status that it stands for.
  fileprivate var statusCode: Status.Code {
    if let error = self as? RPCError { return Status.Code(error.code) }
    return self is CancellationError ? .cancelled : .unknown
  }
}
