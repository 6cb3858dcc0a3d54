import ControlPlane
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import MeshModel
import XDSCore

/// A control plane on a free port, and all that it told.
struct RunningControlPlane: Sendable {
  struct Calls: Sendable {
    let records: [CallRecord]
    let dropped: UInt64
  }

  /// What was told of a stream of reports.
  struct OpenOrClosed: Hashable, Sendable {
    let source: CallSource
    let nodeID: String
    let isOpen: Bool
  }

  let plane: ControlPlane
  private let revisions = Walkthrough.Revisions()
  let events: Recorder<ClientEvent>
  let calls: Recorder<Calls>
  let loads: Recorder<LoadReport>
  let reportStreams: Recorder<OpenOrClosed>
  let notices: Recorder<ControlPlane.Notice>

  init(_ configuration: ControlPlane.Configuration = .init(port: 0)) {
    let events = Recorder<ClientEvent>()
    let calls = Recorder<Calls>()
    let loads = Recorder<LoadReport>()
    let reportStreams = Recorder<OpenOrClosed>()
    let notices = Recorder<ControlPlane.Notice>()
    let start = ContinuousClock.now
    plane = ControlPlane(
      configuration: configuration,
      onEvent: { events.record($0) },
      onCalls: { calls.record(Calls(records: $0, dropped: $1)) },
      onLoad: { loads.record($0) },
      onReportStream: { reportStreams.record(OpenOrClosed(source: $0, nodeID: $1, isOpen: $2)) },
      onNotice: { notices.record($0) },
      clock: {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return MonotonicTime(
          nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        )
      },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    (self.events, self.calls, self.loads) = (events, calls, loads)
    (self.reportStreams, self.notices) = (reportStreams, notices)
  }

  /// Publishes the next revision, the first being 1.
  func publish(v1: Int = 90, v2: Int = 10) {
    plane.publish(revisions.next(v1: v1, v2: v2))
  }

  /// The kinds of a node's events, in order.
  func kinds(of nodeID: String) -> [ClientEvent.Kind] {
    events.all.filter { $0.nodeID == nodeID }.map(\.kind)
  }

  /// Waits until a node's events hold one.
  func wait(for kind: ClientEvent.Kind, of nodeID: String) async throws {
    try await events.first { told in
      told.contains { $0.nodeID == nodeID && $0.kind == kind } ? true : nil
    }
  }

  /// Runs it, with a client connection for the body; both are cancelled after.
  static func with(
    _ configuration: ControlPlane.Configuration = .init(port: 0),
    publishing: Bool = true,
    security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext,
    _ body:
      @Sendable @escaping (
        RunningControlPlane, GRPCClient<HTTP2ClientTransport.Posix>
      ) async throws -> Void
  ) async throws {
    let running = RunningControlPlane(configuration)
    if publishing { running.publish() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await running.plane.run() }
      group.addTask {
        let client = try await connect(to: running.plane.boundAddress, security)
        try await withThrowingTaskGroup(of: Void.self) { clientGroup in
          clientGroup.addTask { try? await client.runConnections() }
          try await body(running, client)
          clientGroup.cancelAll()
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  static func connect(
    to address: ListenAddress,
    _ security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext
  ) throws -> GRPCClient<HTTP2ClientTransport.Posix> {
    GRPCClient(
      transport: try .http2NIOPosix(
        target: .ipv4(address: address.host, port: address.port),
        transportSecurity: security
      )
    )
  }
}

/// Opens ADS streams for the body; they are cancelled after.
func withStreams(
  _ clients: [ADSTestClient],
  on connection: GRPCClient<HTTP2ClientTransport.Posix>,
  _ body: () async throws -> Void
) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for client in clients { group.addTask { await client.run(on: connection) } }
    try await body()
    group.cancelAll()
  }
}
