internal import GRPCCore
internal import GRPCProtobuf
internal import MeshModel
internal import Synchronization
internal import XDSCore
internal import XDSProtos
internal import XDSWire

/// The load reporting service: asks each client for the load of all its clusters, once an interval.
struct LoadStatsService: RegistrableRPCService {
  private typealias Method = Envoy_Service_LoadStats_V3_LoadReportingService.Method.StreamLoadStats

  let outlets: ReportOutlets
  let interval: Duration

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: Method.descriptor,
      deserializer: LenientDeserializer<Method.Input>(),
      serializer: ProtobufSerializer<Method.Output>()
    ) { request, context in
      StreamingServerResponse { writer in
        try await serve(request.messages, context, writer)
        return [:]
      }
    }
  }

  private func serve(
    _ messages: RPCAsyncSequence<Method.Input?, any Error>,
    _ context: ServerContext,
    _ writer: RPCWriter<Method.Output>
  ) async throws {
    let stream = Mutex(LoadStatsStream(peer: ClientPeer(context), outlets: outlets))
    defer { stream.withLock { $0.close() } }
    try await messages.forEach(until: context) { message in
      if try stream.withLock({ try $0.receive(message) }) {
        try await writer.write(Method.Output(intervalMicroseconds: interval.nanoseconds / 1_000))
      }
    }
  }
}

/// One stream of load reports: remembers whose it is, and whether it told any counts yet.
struct LoadStatsStream: Sendable {
  /// Far above what a client can do in an interval, far below what sums overflow at.
  static let maxCount = UInt64(UInt32.max)

  private let outlets: ReportOutlets
  private var stream: ReportStream
  private var isAnswered = false
  private var hasToldCounts = false

  init(peer: ClientPeer, outlets: ReportOutlets) {
    self.outlets = outlets
    stream = ReportStream(.loadReport, peer: peer, outlets: outlets)
  }

  /// Takes a message and passes on its report.
  ///
  /// - Parameter message: nil for one that could not be decoded.
  /// - Returns: Whether the client is to be told what to report.
  /// - Throws: ``StreamEnd/notAllowed(nodeID:identities:)``.
  mutating func receive(
    _ message: Envoy_Service_LoadStats_V3_LoadStatsRequest?
  ) throws(StreamEnd) -> Bool {
    guard let message else { return false }
    if message.hasNode { try stream.name(message.node.id) }
    // Without a name the counts are nobody's.
    if !message.clusterStats.isEmpty, !stream.nodeID.isEmpty { pass(on: message) }
    defer { isAnswered = true }
    return !isAnswered
  }

  mutating func close() { stream.close() }

  private mutating func pass(on message: Envoy_Service_LoadStats_V3_LoadStatsRequest) {
    let limits = outlets.rules.limits
    var report = LoadReport(
      message,
      nodeID: stream.nodeID,
      maxClusters: limits.maxReportedClusters
    )
    report.clusters = report.clusters.map { $0.bounded(by: limits) }
    if !hasToldCounts, report.clusters.contains(where: \.hasCounts) {
      hasToldCounts = true
      report.isFirst = true
    }
    outlets.onLoad(report)
  }
}

extension LoadReport.ClusterLoad {
  fileprivate func bounded(by limits: ControlPlane.Limits) -> Self {
    Self(
      cluster: cluster.prefix(utf8Bytes: limits.maxCallTextBytes),
      issued: min(issued, LoadStatsStream.maxCount),
      succeeded: min(succeeded, LoadStatsStream.maxCount),
      failed: min(failed, LoadStatsStream.maxCount),
      inProgress: min(inProgress, LoadStatsStream.maxCount),
      dropped: min(dropped, LoadStatsStream.maxCount)
    )
  }
}
