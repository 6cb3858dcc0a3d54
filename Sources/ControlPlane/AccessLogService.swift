internal import GRPCCore
internal import GRPCProtobuf
internal import MeshModel
internal import Synchronization
internal import XDSCore
internal import XDSProtos
internal import XDSWire

/// The access log service: clients tell of each of their calls, and get no answer until they end.
struct AccessLogService: RegistrableRPCService {
  private typealias Method = Envoy_Service_Accesslog_V3_AccessLogService.Method.StreamAccessLogs

  let outlets: ReportOutlets

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: Method.descriptor,
      deserializer: LenientDeserializer<Method.Input>(),
      serializer: ProtobufSerializer<Method.Output>()
    ) { request, context in
      try await read(request.messages, context)
      return StreamingServerResponse(single: ServerResponse(message: Method.Output()))
    }
  }

  /// Passes on what comes until the client ends the stream, or is gone.
  private func read(
    _ messages: RPCAsyncSequence<Method.Input?, any Error>,
    _ context: ServerContext
  ) async throws {
    let stream = Mutex(AccessLogStream(peer: ClientPeer(context), outlets: outlets))
    defer { stream.withLock { $0.close() } }
    try await messages.forEach(until: context) { message in
      let (records, dropped) = try stream.withLock { try $0.receive(message) }
      if !records.isEmpty || dropped > 0 { outlets.onCalls(records, dropped) }
    }
  }
}

/// One client's access log: remembers who the client is.
struct AccessLogStream: Sendable {
  private let limits: ControlPlane.Limits
  private var stream: ReportStream

  init(peer: ClientPeer, outlets: ReportOutlets) {
    limits = outlets.rules.limits
    stream = ReportStream(.accessLog, peer: peer, outlets: outlets)
  }

  /// Reads a message.
  ///
  /// - Parameter message: nil for one that could not be decoded.
  /// - Returns: The calls, with texts cut to length, and how many more there were: left out by the
  ///   client, or told of in a way that says nothing.
  /// - Throws: ``StreamEnd/notAllowed(nodeID:identities:)``.
  mutating func receive(
    _ message: Envoy_Service_Accesslog_V3_StreamAccessLogsMessage?
  ) throws(StreamEnd) -> (records: [CallRecord], dropped: UInt64) {
    guard let message else { return ([], 1) }
    try stream.name(message.identifier.node.id)
    let report = CallReport(message, nodeID: stream.nodeID)
    let usable = report.calls.filter(\.namesItsCall)
    let unusable = report.calls.count - usable.count + message.tcpLogs.logEntry.count
    return (
      usable.map { $0.bounded(by: limits) },
      // A client may claim any number; sums of these stay far from overflow.
      min(report.dropped, UInt64(UInt32.max)) + UInt64(unusable)
    )
  }

  mutating func close() { stream.close() }
}

extension CallRecord {
  /// Whether it tells what was called.
  fileprivate var namesItsCall: Bool { !authority.isEmpty || !path.isEmpty }

  /// The record with every text cut to length.
  fileprivate func bounded(by limits: ControlPlane.Limits) -> CallRecord {
    var record = self
    let count = limits.maxCallTextBytes
    record.authority = authority.prefix(utf8Bytes: count)
    record.path = path.prefix(utf8Bytes: count)
    record.headers = headers.prefix(limits.maxCallHeaders).map {
      HeaderField(name: $0.name.prefix(utf8Bytes: count), value: $0.value.prefix(utf8Bytes: count))
    }
    record.routeName = routeName.prefix(utf8Bytes: count)
    record.configVersion = configVersion.prefix(utf8Bytes: count)
    record.cluster = cluster.prefix(utf8Bytes: count)
    record.endpoint = endpoint.prefix(utf8Bytes: count)
    record.workloadVersion = workloadVersion.prefix(utf8Bytes: count)
    return record
  }
}
