internal import GRPCCore
internal import GRPCProtobuf
internal import MeshModel
internal import XDSProtos
internal import XDSWire

/// The access log service: clients tell of each of their calls, and get no answer until they end.
struct AccessLogService: RegistrableRPCService {
  private typealias Method = Envoy_Service_Accesslog_V3_AccessLogService.Method.StreamAccessLogs

  let limits: ControlPlane.Limits
  let onCalls: @Sendable (_ records: [CallRecord], _ dropped: UInt64) -> Void

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: Method.descriptor,
      deserializer: AccessLogMessageDeserializer(),
      serializer: ProtobufSerializer<Method.Output>()
    ) { request, context in
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await read(request.messages) }
        // Told to stop, the server says so to each RPC; this one has no other end than its client's.
        group.addTask { try? await context.cancellation.cancelled }
        await group.next()
        group.cancelAll()
      }
      return StreamingServerResponse(single: ServerResponse(message: Method.Output()))
    }
  }

  /// Passes on what comes until the client ends the stream, or is gone.
  private func read(
    _ messages: RPCAsyncSequence<Envoy_Service_Accesslog_V3_StreamAccessLogsMessage?, any Error>
  ) async {
    var stream = AccessLogStream(limits: limits)
    do {
      for try await message in messages {
        let (records, dropped) = stream.receive(message)
        if !records.isEmpty || dropped > 0 { onCalls(records, dropped) }
      }
    } catch {
      // Delivery is best effort by the protocol: a client that is gone reports again when it is back.
    }
  }
}

/// One client's access log: remembers who the client is.
struct AccessLogStream {
  private let limits: ControlPlane.Limits
  private var nodeID = ""

  init(limits: ControlPlane.Limits) {
    self.limits = limits
  }

  /// Reads a message.
  ///
  /// - Parameter message: nil for one that could not be decoded.
  /// - Returns: The calls, with texts cut to length, and how many more there were: left out by the
  ///   client, or told of in a way that says nothing.
  mutating func receive(
    _ message: Envoy_Service_Accesslog_V3_StreamAccessLogsMessage?
  ) -> (records: [CallRecord], dropped: UInt64) {
    guard let message else { return ([], 1) }
    if message.hasIdentifier {
      nodeID = message.identifier.node.id.prefix(utf8Bytes: limits.maxNodeIDBytes)
    }
    let report = CallReport(message, nodeID: nodeID)
    let usable = report.calls.filter(\.namesItsCall)
    let unusable = report.calls.count - usable.count + message.tcpLogs.logEntry.count
    return (
      usable.map { $0.bounded(by: limits) },
      // A client may claim any number; sums of these stay far from overflow.
      min(report.dropped, UInt64(UInt32.max)) + UInt64(unusable)
    )
  }
}

/// Reads messages; nil for one that isn't valid, since a lost report is no reason to lose the rest.
private struct AccessLogMessageDeserializer: MessageDeserializer {
  private static let protobuf = ProtobufDeserializer<
    Envoy_Service_Accesslog_V3_StreamAccessLogsMessage
  >()

  func deserialize<Bytes: GRPCContiguousBytes>(
    _ bytes: Bytes
  ) throws -> Envoy_Service_Accesslog_V3_StreamAccessLogsMessage? {
    try? Self.protobuf.deserialize(bytes)
  }
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
