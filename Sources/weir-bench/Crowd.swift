import MeshModel
import NIOCore
import NIOHTTP2
import NIOPosix
import Synchronization
import SystemClock
import XDSCore

/// Many ADS clients, one connection each, and what each has received.
final class Crowd: Sendable {
  fileprivate struct State {
    /// By client: whether it has endpoints, and the newest revision of its routes.
    var hasEndpoints: [Bool]
    var routeRevisions: [UInt64]
    var edits: [UInt64: MonotonicTime] = [:]
    var receipts: [(revision: UInt64, time: MonotonicTime)] = []
    var responses = 0
    var lost = 0
    /// The clients that are still awaited, and what waits for them.
    var awaited = 0
    var awaitedRevision: UInt64?
    var waiter: CheckedContinuation<Void, Never>?
    var channels: [any Channel] = []
  }

  /// Connections that are set up at once.
  private static let mostPending = 128

  private let count: Int
  private let port: UInt16
  private let listeners: [String]
  private let state: Mutex<State>

  /// - Parameters:
  ///   - count: How many clients.
  ///   - port: The control plane's, on 127.0.0.1.
  ///   - listeners: Client i asks for the one at i modulo their number.
  init(count: Int, port: UInt16, listeners: [String]) {
    self.count = count
    self.port = port
    self.listeners = listeners
    state = Mutex(
      State(
        hasEndpoints: Array(repeating: false, count: count),
        routeRevisions: Array(repeating: 0, count: count)
      )
    )
  }

  /// Responses that came to any client.
  var responses: Int { state.withLock { $0.responses } }

  /// Streams that ended.
  var lost: Int { state.withLock { $0.lost } }

  /// Keeps the clients connected while the body runs.
  func with(_ body: () async throws -> Void) async throws {
    let group = MultiThreadedEventLoopGroup.singletonMultiThreadedEventLoopGroup
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for index in 0..<count {
        if index >= Self.mostPending { try await tasks.next() }
        tasks.addTask { try await self.connect(index, on: group) }
      }
      try await tasks.waitForAll()
    }
    try await body()
    let channels = state.withLock { $0.channels }
    for channel in channels { try? await channel.close() }
  }

  private func connect(_ index: Int, on group: MultiThreadedEventLoopGroup) async throws {
    let channel = try await ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connect(host: "127.0.0.1", port: Int(port)) { channel in
        channel.configureHTTP2Pipeline(
          mode: .client,
          connectionConfiguration: .init(),
          streamConfiguration: .init()
        ) { stream in stream.eventLoop.makeSucceededVoidFuture() }
        .map { multiplexer in (channel, multiplexer) }
      }
    state.withLock { $0.channels.append(channel.0) }
    _ = try await channel.1.createStreamChannel { stream in
      stream.eventLoop.makeCompletedFuture {
        try stream.pipeline.syncOperations.addHandler(self.stream(index))
      }
    }.get()
  }

  private func stream(_ index: Int) -> LoadStream {
    LoadStream(
      nodeID: "sidecar~127.0.0.1~load-\(index).default~default.svc.cluster.local",
      listener: listeners[index % listeners.count],
      onReceive: { self.note($0, $1, $2, of: index) },
      onEnd: { self.state.withLock { $0.lost += 1 } }
    )
  }

  /// Waits until every client has endpoints, and so could call.
  func isReady() async {
    await wait { state in
      state.awaitedRevision = nil
      return state.hasEndpoints.count { !$0 }
    }
  }

  /// Waits until every client of the first listener holds the routes of this revision.
  func holds(revision: UInt64, editedAt time: MonotonicTime) async {
    await wait { [listeners] state in
      state.edits[revision] = time
      state.awaitedRevision = revision
      return stride(from: 0, to: state.routeRevisions.count, by: listeners.count).count {
        state.routeRevisions[$0] < revision
      }
    }
  }

  /// Milliseconds from each edit to each client's receipt, sorted.
  func latencies() -> [Double] {
    state.withLock { state in
      state.receipts.compactMap { receipt in
        state.edits[receipt.revision].map { Double(receipt.time.nanoseconds(since: $0)) / 1e6 }
      }.sorted()
    }
  }

  private func wait(for missing: (inout State) -> Int) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        state.awaited = missing(&state)
        guard state.awaited > 0 else { return true }
        state.waiter = continuation
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  private func note(_ type: ResourceType, _ version: String, _ time: MonotonicTime, of index: Int) {
    guard let version = ConfigVersion(version) else { return }
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.responses += 1
      guard state.note(type, version.revision, time, of: index) else { return nil }
      state.awaited -= 1
      guard state.awaited == 0 else { return nil }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}

extension Crowd.State {
  /// Returns whether a client that is awaited has arrived.
  fileprivate mutating func note(
    _ type: ResourceType,
    _ revision: UInt64,
    _ time: MonotonicTime,
    of index: Int
  ) -> Bool {
    switch type {
    case .endpoints:
      guard !hasEndpoints[index] else { return false }
      hasEndpoints[index] = true
      return awaitedRevision == nil
    case .routeConfiguration:
      receipts.append((revision, time))
      let old = routeRevisions[index]
      routeRevisions[index] = max(old, revision)
      guard let awaitedRevision else { return false }
      return old < awaitedRevision && revision >= awaitedRevision
    case .cluster, .listener:
      return false
    }
  }
}
