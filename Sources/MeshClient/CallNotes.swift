import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeshModel
import Synchronization
import SystemClock
import TrafficEngine
import XDSWire

/// What is learnt of one call on its way, for its report.
final class CallNotes: Sendable {
  private struct State {
    var metadata = Metadata()
    var plan: CallPlan?
    var endpoint = ""
    var attempts: UInt32 = 0
    var workloadVersion = ""
    var status: Status.Code?
    var end: ContinuousClock.Instant?
  }

  /// `/package.Service/Method`.
  let path: String
  /// How long the caller gives it; nil for ever.
  private let timeout: Duration?
  private let start = ContinuousClock.now
  private let time = Timestamp.now()
  private let state = Mutex(State())

  init(path: String, timeout: Duration?) {
    self.path = path
    self.timeout = timeout
  }

  func begin(_ metadata: Metadata) {
    state.withLock { $0.metadata = metadata }
  }

  func planned(_ plan: CallPlan) {
    state.withLock { $0.plan = plan }
  }

  func opened(to endpoint: String) {
    state.withLock { state in
      state.endpoint = endpoint
      state.attempts += 1
    }
  }

  func observe(_ part: RPCResponsePart<GRPCNIOTransportBytes>) {
    switch part {
    case .metadata(let metadata):
      guard let version = metadata.workloadVersion else { return }
      state.withLock { $0.workloadVersion = version }
    case .message:
      break
    case .status(let status, let metadata):
      let now = ContinuousClock.now
      state.withLock { state in
        state.end = now
        state.status = status.code
        if let version = metadata.workloadVersion { state.workloadVersion = version }
      }
    }
  }

  func observe(_ error: any Error) {
    let now = ContinuousClock.now
    let code = (error as? RPCError).map { Status.Code($0.code) }
    state.withLock { state in
      guard state.status == nil else { return }
      state.end = now
      state.status = code ?? (error is CancellationError ? .cancelled : .unknown)
    }
  }

  /// The report, once the call is over; a caller that left before the end counts as cancelled.
  func record(nodeID: String, authority: String) -> CallRecord {
    let now = ContinuousClock.now
    return state.withLock { state in
      let headers = state.plan.map { plan in
        MetadataLookup(metadata: state.metadata).fields(named: plan.decidedBy.reportedHeaders)
      }
      return CallRecord(
        time: time,
        nodeID: nodeID,
        authority: authority,
        path: path,
        headers: headers ?? [],
        routeName: state.plan?.route.routeName ?? "",
        configVersion: state.plan?.decidedBy.routeVersion ?? "",
        cluster: state.plan?.route.cluster ?? "",
        endpoint: state.endpoint,
        workloadVersion: state.workloadVersion,
        statusCode: code(state.status, after: start.duration(to: now)).rawValue,
        latencyMicroseconds: start.duration(to: state.end ?? now).nanoseconds / 1000,
        attempts: max(state.attempts, 1)
      )
    }
  }
}

extension CallNotes {
  /// How the call ended: one cut off at its deadline shows only as cancelled.
  private func code(_ status: Status.Code?, after elapsed: Duration) -> Status.Code {
    if let status, status != .cancelled { return status }
    // The deadline was set a little before the transport saw the call.
    if let timeout, elapsed >= timeout * 0.8 { return .deadlineExceeded }
    return .cancelled
  }
}

extension Metadata {
  fileprivate var workloadVersion: String? {
    self[stringValues: CallRecord.workloadVersionHeader].first { _ in true }
  }
}
