internal import GRPCCore
internal import XDSCore

/// One ADS stream over grpc-swift: a task that reads requests and one that writes responses.
struct ADSCall: Sendable {
  private typealias Signals = AsyncStream<Void>

  private let hub: StreamHub
  private let requests: RPCAsyncSequence<DiscoveryRequest, any Error>
  private let connection: GRPCConnection

  init(
    hub: StreamHub,
    requests: RPCAsyncSequence<DiscoveryRequest, any Error>,
    writer: RPCWriter<EncodedResponse>
  ) {
    self.hub = hub
    self.requests = requests
    self.connection = GRPCConnection(writer: writer)
  }

  /// Serves the stream until the client, the protocol or the control plane ends it.
  ///
  /// - Throws: `RPCError` with the status to end with, where that isn't OK.
  func run(peer: String) async throws {
    // Each holds one signal at most: what to do is in the stream, not in the signal.
    let (wakes, waker) = Signals.makeStream(bufferingPolicy: .bufferingNewest(1))
    let (rooms, roomGiver) = Signals.makeStream(bufferingPolicy: .bufferingNewest(1))
    let stream: ADSStream
    do {
      stream = try hub.open(peer: peer) { waker.yield() }
    } catch {
      throw error.status ?? RPCError(code: .internalError, message: error.reason)
    }

    let end = await withTaskGroup(of: StreamEnd.self) { group in
      group.addTask { await read(into: stream, whenFull: rooms) }
      group.addTask { await write(stream, whenWoken: wakes, thenGiveRoom: roomGiver) }
      let end = await group.next() ?? .stopping
      group.cancelAll()
      return end
    }
    hub.close(stream, reason: end.reason)
    if let status = end.status { throw status }
  }

  private func read(into stream: ADSStream, whenFull rooms: Signals) async -> StreamEnd {
    var room = rooms.makeAsyncIterator()
    do {
      for try await request in requests {
        switch stream.receive(request, at: hub.outlets.clock()) {
        case .taken: break
        case .full: await room.next()
        case .refused: return .nothingPublished
        }
      }
      return Task.isCancelled ? .stopping : .closedByClient
    } catch {
      return Self.end(after: error)
    }
  }

  private func write(
    _ stream: ADSStream,
    whenWoken wakes: Signals,
    thenGiveRoom room: Signals.Continuation
  ) async -> StreamEnd {
    do {
      for await _ in wakes {
        try await hub.write(stream, to: connection) { room.yield() }
      }
      return .stopping
    } catch {
      return Self.end(after: error)
    }
  }

  private static func end(after error: any Error) -> StreamEnd {
    switch error {
    case let end as StreamEnd: end
    case is CancellationError: .stopping
    case let error as RPCError: .lost(error.message)
    default: .lost("the connection is gone")
    }
  }
}

/// Writes to an RPC's response stream.
private struct GRPCConnection: ADSConnection {
  let writer: RPCWriter<EncodedResponse>

  func send(_ response: EncodedResponse) async throws {
    try await writer.write(response)
  }
}
