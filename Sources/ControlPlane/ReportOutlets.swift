internal import GRPCCore
internal import MeshModel
internal import XDSCore

/// Where what clients report goes; the closures are called from any thread and must not block.
struct ReportOutlets: Sendable {
  let rules: StreamRules
  let limitLog: LimitLog
  let onCalls: @Sendable (_ records: [CallRecord], _ dropped: UInt64) -> Void
  let onLoad: @Sendable (LoadReport) -> Void
  let onReportStream: @Sendable (_ source: CallSource, _ nodeID: String, _ isOpen: Bool) -> Void

  /// Checks that a client may speak for the node that it claims to be.
  ///
  /// - Throws: ``StreamEnd/notAllowed(nodeID:identities:)``.
  func admit(_ peer: ClientPeer, as nodeID: String) throws(StreamEnd) {
    guard !rules.allow(peer, toBe: nodeID) else { return }
    let end = StreamEnd.notAllowed(nodeID: nodeID, identities: peer.identities)
    limitLog.note(end, by: nodeID.isEmpty ? peer.address : nodeID)
    throw end
  }
}

/// One stream on which a client tells of its calls: knows whose it is, and tells when it opens and
/// closes, once each.
struct ReportStream: Sendable {
  private(set) var nodeID = ""
  private let source: CallSource
  private let peer: ClientPeer
  private let outlets: ReportOutlets
  private var isOpen = false

  init(_ source: CallSource, peer: ClientPeer, outlets: ReportOutlets) {
    self.source = source
    self.peer = peer
    self.outlets = outlets
  }

  /// Notes who the client says it is; of several times the first counts.
  ///
  /// An empty ID names nobody, and needs leave for that: else a client could report without any.
  ///
  /// - Throws: ``StreamEnd/notAllowed(nodeID:identities:)``.
  mutating func name(_ nodeID: String) throws(StreamEnd) {
    let nodeID = nodeID.prefix(utf8Bytes: outlets.rules.limits.maxNodeIDBytes)
    guard !isOpen else { return }
    try outlets.admit(peer, as: nodeID)
    guard !nodeID.isEmpty else { return }
    self.nodeID = nodeID
    isOpen = true
    outlets.onReportStream(source, nodeID, true)
  }

  /// Notes that nothing more comes.
  mutating func close() {
    guard isOpen else { return }
    isOpen = false
    outlets.onReportStream(source, nodeID, false)
  }
}

extension RPCAsyncSequence where Element: Sendable, Failure == any Error {
  /// Gives each message to `body` until the client ends the stream or is gone, or the server is to
  /// stop.
  ///
  /// Told to stop, the server says so to each RPC; these have no other end than their client's.
  ///
  /// - Throws: What `body` throws; of a ``StreamEnd``, the status that it stands for.
  func forEach(
    until context: ServerContext,
    _ body: @escaping @Sendable (Element) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var messages = makeAsyncIterator()
        // A client that is gone reports again when it is back.
        while let message = try? await messages.next() { try await body(message) }
      }
      group.addTask { try? await context.cancellation.cancelled }
      defer { group.cancelAll() }
      do {
        try await group.next()
      } catch let end as StreamEnd {
        if let status = end.status { throw status }
      }
    }
  }
}
