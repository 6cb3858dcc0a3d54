import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Logging
import MeshModel
import Synchronization
import TrafficEngine
import XDSCore
import XDSProtos
import XDSWire

/// Streams call records to the xDS server's access log service, in batches, as best it can.
///
/// A call only ever puts its record into a ring; while the server is away the ring keeps the newest.
final class CallReporter: Sendable {
  /// Between two batches: short, as an operator looks at the calls.
  private static let interval = Duration.milliseconds(50)
  /// Entries in one message.
  private static let batchSize = 1024

  private struct State {
    var ring: CallRing
    var isFinished = false
    var sent: UInt64 = 0
    /// How many of the ring's lost records the server has been told of.
    var droppedTold: UInt64 = 0
  }

  private let node: Node
  private let logger: Logger
  private let state: Mutex<State>
  private let signal = Signal()

  init(node: Node, capacity: Int, logger: Logger) {
    self.node = node
    self.logger = logger
    state = Mutex(State(ring: CallRing(capacity: capacity)))
  }

  var counts: CallReportCounts {
    state.withLock { state in
      CallReportCounts(
        sent: state.sent,
        dropped: state.ring.dropped,
        waiting: state.ring.count
      )
    }
  }

  /// Takes a record to report; never waits.
  func report(_ record: CallRecord) {
    let wasEmpty = state.withLock { state in
      defer { state.ring.append(record) }
      return state.ring.isEmpty
    }
    if wasEmpty { signal.raise() }
  }

  /// Lets ``run(over:seed:)`` return once what waits is sent.
  func finish() {
    state.withLock { $0.isFinished = true }
    signal.raise()
  }

  /// Reports until finished or cancelled.
  func run(over connection: GRPCClient<HTTP2ClientTransport.Posix>, seed: UInt64) async {
    var dice = SplitMix64(seed: seed)
    var backoff = Backoff.xdsStream
    while !Task.isCancelled {
      let sent = counts.sent
      do {
        try await stream(over: connection)
        if state.withLock(\.isFinished) { return }
      } catch let error as RPCError where error.code == .unimplemented {
        logger.warning("the xDS server takes no access logs: calls are not reported")
        return await untilFinished()
      } catch {
        logger.info("access log stream ended", metadata: ["reason": "\(error)"])
      }
      if counts.sent > sent { backoff.reset() }
      try? await Task.sleep(for: backoff.next(using: &dice))
    }
  }

  private func stream(over connection: GRPCClient<HTTP2ClientTransport.Posix>) async throws {
    var options = CallOptions.defaults
    options.waitForReady = true
    _ = try await connection.clientStreaming(
      request: StreamingClientRequest { writer in
        try await writer.write(.identifier(self.node))
        while let report = await self.nextReport() {
          try await self.send(report, to: writer)
          try await Task.sleep(for: CallReporter.interval)
        }
      },
      descriptor: Envoy_Service_Accesslog_V3_AccessLogService.Method.StreamAccessLogs.descriptor,
      serializer: AccessLogSerializer(),
      deserializer: ProtobufDeserializer<Envoy_Service_Accesslog_V3_StreamAccessLogsResponse>(),
      options: options
    ) { response in
      try response.message
    }
  }

  private func untilFinished() async {
    while !Task.isCancelled, !state.withLock(\.isFinished) { await signal.wait() }
  }

  /// All that waits, oldest first; nil when there is nothing more to come.
  private func nextReport() async -> CallReport? {
    while !Task.isCancelled {
      let (report, isFinished) = state.withLock { state in
        let dropped = state.ring.dropped - state.droppedTold
        return (CallReport(calls: state.ring.takeAll(), dropped: dropped), state.isFinished)
      }
      if !report.calls.isEmpty || report.dropped > 0 { return report }
      if isFinished { return nil }
      await signal.wait()
    }
    return nil
  }

  private func send(_ report: CallReport, to writer: RPCWriter<AccessLogMessage>) async throws {
    var rest = report.calls[...]
    var dropped = report.dropped
    do {
      repeat {
        let part = CallReport(calls: Array(rest.prefix(CallReporter.batchSize)), dropped: dropped)
        try await writer.write(.report(part))
        rest = rest.dropFirst(part.calls.count)
        dropped = 0
        state.withLock { state in
          state.sent += UInt64(part.calls.count)
          state.droppedTold += part.dropped
        }
      } while !rest.isEmpty
    } catch {
      state.withLock { $0.ring.putBack(rest) }
      throw error
    }
  }
}

/// What became of the records of finished calls.
package struct CallReportCounts: Hashable, Sendable {
  /// Handed to the connection.
  package var sent: UInt64 = 0
  /// Given up, as the ring was full.
  package var dropped: UInt64 = 0
  /// In the ring.
  package var waiting = 0
}
