import GRPCCore
import MeshModel
import Synchronization
import XDSCore
import XDSProtos
import XDSWire

/// An xDS server that says what a test tells it to, and keeps what clients say.
final class ScriptedControlPlane: Sendable {
  struct State {
    var version = ""
    var resources: [Resource] = []
    var streams: [Int: ScriptedStream] = [:]
    var nextStream = 0
    var nacks: [String] = []
    var acks: [String] = []
    var reports: [CallReport] = []
    var openedStreams = 0
  }

  let state = Mutex(State())

  var services: [any RegistrableRPCService] {
    [ScriptedADS(controlPlane: self), ScriptedALS(controlPlane: self)]
  }

  var calls: [CallRecord] { state.withLock { $0.reports.flatMap(\.calls) } }
  var dropped: UInt64 { state.withLock { $0.reports.map(\.dropped).reduce(0, +) } }
  var nacks: [String] { state.withLock(\.nacks) }
  var openedStreams: Int { state.withLock(\.openedStreams) }

  /// Serves these from now on, in the order of a make-before-break push.
  func publish(_ version: String, _ resources: [Resource]) {
    state.withLock { state in
      state.version = version
      state.resources = resources
      for type in ResourceType.allCases {
        for stream in state.streams.values {
          stream.push(type, version: version, resources: resources)
        }
      }
    }
  }
}

/// One client's stream: what it subscribed to and what it was sent.
final class ScriptedStream: Sendable {
  private struct State {
    var names: [ResourceType: [String]] = [:]
    var nonce = 0
  }

  private let state = Mutex(State())
  let responses: AsyncStream<Envoy_Service_Discovery_V3_DiscoveryResponse>.Continuation

  init(_ responses: AsyncStream<Envoy_Service_Discovery_V3_DiscoveryResponse>.Continuation) {
    self.responses = responses
  }

  /// Whether the names are other than those of the last request.
  func subscribe(_ type: ResourceType, to names: [String]) -> Bool {
    state.withLock { state in
      defer { state.names[type] = names }
      return state.names[type] != names
    }
  }

  func push(_ type: ResourceType, version: String, resources: [Resource]) {
    state.withLock { state in
      guard let names = state.names[type] else { return }
      state.nonce += 1
      let response = try? Envoy_Service_Discovery_V3_DiscoveryResponse(
        type: type,
        version: version,
        nonce: "\(state.nonce)",
        resources: resources.filter { $0.type == type && names.contains($0.name) }
      )
      // Under the lock: one made for fewer names must not overtake one made for more.
      if let response { responses.yield(response) }
    }
  }
}

private struct ScriptedADS: Envoy_Service_Discovery_V3_AggregatedDiscoveryService.ServiceProtocol {
  let controlPlane: ScriptedControlPlane

  func streamAggregatedResources(
    request: StreamingServerRequest<Envoy_Service_Discovery_V3_DiscoveryRequest>,
    context: ServerContext
  ) async throws -> StreamingServerResponse<Envoy_Service_Discovery_V3_DiscoveryResponse> {
    let (responses, continuation) = AsyncStream.makeStream(
      of: Envoy_Service_Discovery_V3_DiscoveryResponse.self
    )
    let stream = ScriptedStream(continuation)
    let id = controlPlane.state.withLock { state in
      state.nextStream += 1
      state.openedStreams += 1
      state.streams[state.nextStream] = stream
      return state.nextStream
    }
    return StreamingServerResponse { writer in
      await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { continuation.finish() }
          for try await message in request.messages { receive(message, on: stream) }
        }
        group.addTask { for await response in responses { try await writer.write(response) } }
        _ = try? await group.next()
        group.cancelAll()
      }
      controlPlane.state.withLock { $0.streams[id] = nil }
      return [:]
    }
  }

  func deltaAggregatedResources(
    request: StreamingServerRequest<Envoy_Service_Discovery_V3_DeltaDiscoveryRequest>,
    context: ServerContext
  ) async throws -> StreamingServerResponse<Envoy_Service_Discovery_V3_DeltaDiscoveryResponse> {
    throw RPCError(code: .unimplemented, message: "delta")
  }

  private func receive(
    _ message: Envoy_Service_Discovery_V3_DiscoveryRequest,
    on stream: ScriptedStream
  ) {
    let request = DiscoveryRequest(message)
    guard let type = ResourceType(typeURL: request.typeURL) else { return }
    controlPlane.state.withLock { state in
      if let detail = request.errorDetail { state.nacks.append(detail) }
      if !request.versionInfo.isEmpty {
        state.acks.append("\(type.shortName) \(request.versionInfo)")
      }
      guard stream.subscribe(type, to: request.resourceNames), !state.version.isEmpty else {
        return
      }
      stream.push(type, version: state.version, resources: state.resources)
    }
  }
}

private struct ScriptedALS: Envoy_Service_Accesslog_V3_AccessLogService.ServiceProtocol {
  let controlPlane: ScriptedControlPlane

  func streamAccessLogs(
    request: StreamingServerRequest<Envoy_Service_Accesslog_V3_StreamAccessLogsMessage>,
    context: ServerContext
  ) async throws -> GRPCCore.ServerResponse<Envoy_Service_Accesslog_V3_StreamAccessLogsResponse> {
    var nodeID = ""
    for try await message in request.messages {
      if message.hasIdentifier { nodeID = message.identifier.node.id }
      let report = CallReport(message, nodeID: nodeID)
      controlPlane.state.withLock { $0.reports.append(report) }
    }
    return GRPCCore.ServerResponse(message: .init())
  }
}
