internal import GRPCCore
internal import MeshModel
internal import SwiftProtobuf
internal import XDSCore
internal import XDSProtos
internal import XDSWire

/// The client status discovery service (CSDS): what each connected client has, as the control plane
/// sees it.
struct ClientStatusService: Envoy_Service_Status_V3_ClientStatusDiscoveryService
    .SimpleServiceProtocol
{
  private typealias Request = Envoy_Service_Status_V3_ClientStatusRequest
  private typealias Response = Envoy_Service_Status_V3_ClientStatusResponse

  /// The clients that are connected, and what each may be shown to have.
  let statuses: @Sendable () -> [ClientStatus]
  /// The newest snapshot set; nil before the first.
  let snapshots: @Sendable () -> SnapshotSet?
  let clock: @Sendable () -> MonotonicTime
  let wallClock: @Sendable () -> Timestamp

  func fetchClientStatus(
    request: Envoy_Service_Status_V3_ClientStatusRequest,
    context: ServerContext
  ) async throws -> Envoy_Service_Status_V3_ClientStatusResponse {
    try response(to: request)
  }

  func streamClientStatus(
    request: RPCAsyncSequence<Envoy_Service_Status_V3_ClientStatusRequest, any Error>,
    response: RPCWriter<Envoy_Service_Status_V3_ClientStatusResponse>,
    context: ServerContext
  ) async throws {
    try await request.forEach(until: context) { try await response.write(self.response(to: $0)) }
  }

  private func response(to request: Request) throws -> Response {
    let matchers = try request.nodeMatchers.map(NodeIDMatcher.init)
    let clients = statuses().filter { client in
      matchers.isEmpty || matchers.contains { $0.matches(client.node.id) }
    }
    let contents = request.excludeResourceContents ? nil : snapshots()
    let wallOfZero = wallClock().microseconds - Int64(clock().nanoseconds / 1_000)
    var response = Response()
    response.config = clients.map { client in
      var config = Envoy_Service_Status_V3_ClientConfig()
      config.node = Envoy_Config_Core_V3_Node(client.node)
      config.genericXdsConfigs = client.resources.map { entry in
        .init(entry, contents: contents?[client.profile], wallOfZero: wallOfZero)
      }
      return config
    }
    return response
  }
}

/// Says which clients are asked for.
private enum NodeIDMatcher {
  case any
  case exact(String)
  case prefix(String)
  case suffix(String)
  case contains(String)

  init(_ matcher: Envoy_Type_Matcher_V3_NodeMatcher) throws {
    guard matcher.hasNodeID else {
      self = .any
      return
    }
    switch matcher.nodeID.matchPattern {
    case .exact(let text): self = .exact(text)
    case .prefix(let text): self = .prefix(text)
    case .suffix(let text): self = .suffix(text)
    case .contains(let text): self = .contains(text)
    case .safeRegex, nil:
      throw RPCError(
        code: .invalidArgument,
        message: "a node matcher has no node_id that is exact, prefix, suffix or contains"
      )
    }
  }

  func matches(_ nodeID: String) -> Bool {
    switch self {
    case .any: true
    case .exact(let text): nodeID == text
    case .prefix(let text): nodeID.hasPrefix(text)
    case .suffix(let text): nodeID.hasSuffix(text)
    case .contains(let text): nodeID.contains(text)
    }
  }
}

extension Envoy_Service_Status_V3_ClientConfig.GenericXdsConfig {
  /// - Parameters:
  ///   - entry: The resource as the client stands with it.
  ///   - contents: Where the resource itself is, in case it is to be shown.
  ///   - wallOfZero: The time of day at the monotonic clock's zero, in microseconds since 1970.
  fileprivate init(
    _ entry: ClientStatus.ResourceEntry,
    contents: Snapshot?,
    wallOfZero: Int64
  ) {
    self.init()
    typeURL = entry.type.typeURL
    name = entry.name
    versionInfo = entry.version
    (configStatus, clientStatus) = entry.state.statuses
    if let time = entry.time {
      let microseconds = wallOfZero + Int64(time.nanoseconds / 1_000)
      lastUpdated = Google_Protobuf_Timestamp(
        seconds: microseconds / 1_000_000,
        nanos: Int32(microseconds % 1_000_000) * 1_000
      )
    }
    if case .nacked(let reason) = entry.state {
      errorState.details = reason
      errorState.versionInfo = entry.version
      if hasLastUpdated { errorState.lastUpdateAttempt = lastUpdated }
    }
    if entry.state.isHeld, let contents,
      let resource = contents.resource(entry.type, named: entry.name)
    {
      xdsConfig = (try? .init(resource: resource, profile: contents.profile)) ?? .init()
    }
  }
}

extension ClientStatus.ResourceEntry.State {
  /// Whether the client has it, or is about to.
  fileprivate var isHeld: Bool {
    switch self {
    case .pending, .acked: true
    case .requested, .nacked, .doesNotExist: false
    }
  }

  fileprivate var statuses:
    (
      Envoy_Service_Status_V3_ConfigStatus,
      Envoy_Admin_V3_ClientResourceStatus
    )
  {
    switch self {
    case .requested: (.notSent, .requested)
    case .pending: (.stale, .requested)
    case .acked: (.synced, .acked)
    case .nacked: (.error, .nacked)
    case .doesNotExist: (.synced, .doesNotExist)
    }
  }
}
