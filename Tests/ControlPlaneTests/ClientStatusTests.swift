import GRPCCore
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos

@testable import ControlPlane

private typealias Request = Envoy_Service_Status_V3_ClientStatusRequest
private typealias Service = Envoy_Service_Status_V3_ClientStatusDiscoveryService

@Suite("Client status discovery", .timeLimit(.minutes(1)))
struct ClientStatusTests {
  private static func request(
    _ matchers: [Envoy_Type_Matcher_V3_StringMatcher] = [],
    excludesContents: Bool = false
  ) -> Request {
    var request = Request()
    request.nodeMatchers = matchers.map { matcher in
      var node = Envoy_Type_Matcher_V3_NodeMatcher()
      node.nodeID = matcher
      return node
    }
    request.excludeResourceContents = excludesContents
    return request
  }

  private static func matcher(
    _ pattern: Envoy_Type_Matcher_V3_StringMatcher.OneOf_MatchPattern
  ) -> Envoy_Type_Matcher_V3_StringMatcher {
    var matcher = Envoy_Type_Matcher_V3_StringMatcher()
    matcher.matchPattern = pattern
    return matcher
  }

  @Test("tells what each client was sent, accepted and refused, with the reason and the content")
  func states() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("web-1")
      try await withStreams([client], on: connection) {
        client.subscribe(.listener, [Walkthrough.listener])
        let listener = try await client.responses.element(1)
        client.answer(listener, names: [Walkthrough.listener])
        try await running.wait(for: .acked(.listener, revision: 1), of: "web-1")
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let routes = try await client.responses.element(2)
        client.answer(routes, names: [Walkthrough.routes], refusal: "no such cluster")
        let refused = ClientEvent.Kind.nacked(
          .routeConfiguration,
          revision: 1,
          reason: "no such cluster"
        )
        try await running.wait(for: refused, of: "web-1")

        let service = Service.Client(wrapping: connection)
        let response = try await service.fetchClientStatus(Self.request())
        let config = try #require(response.config.first)
        #expect(config.node.id == "web-1")
        let accepted = try #require(
          config.genericXdsConfigs.first { $0.typeURL == ResourceType.listener.typeURL }
        )
        #expect(accepted.name == Walkthrough.listener)
        #expect(accepted.configStatus == .synced)
        #expect(accepted.clientStatus == .acked)
        #expect(!accepted.versionInfo.isEmpty)
        #expect(accepted.xdsConfig.typeURL == ResourceType.listener.typeURL)
        let content = try Envoy_Config_Listener_V3_Listener(
          serializedBytes: accepted.xdsConfig.value
        )
        #expect(content.name == Walkthrough.listener)

        let rejected = try #require(
          config.genericXdsConfigs.first { $0.typeURL == ResourceType.routeConfiguration.typeURL }
        )
        #expect(rejected.configStatus == .error)
        #expect(rejected.clientStatus == .nacked)
        #expect(rejected.errorState.details == "no such cluster")
        #expect(!rejected.hasXdsConfig)
      }
    }
  }

  @Test("tells of the clients that are asked for, without contents where none are wanted")
  func matchers() async throws {
    try await RunningControlPlane.with { running, connection in
      let clients = ["web-1", "web-2", "db-1"].map { ADSTestClient($0) }
      try await withStreams(clients, on: connection) {
        for client in clients {
          client.subscribe(.listener, [Walkthrough.listener])
          try await client.responses.element(1)
        }
        let service = Service.Client(wrapping: connection)
        func ids(_ request: Request) async throws -> Set<String> {
          Set(try await service.fetchClientStatus(request).config.map(\.node.id))
        }
        #expect(try await ids(Self.request()) == ["web-1", "web-2", "db-1"])
        #expect(try await ids(Self.request([Self.matcher(.exact("db-1"))])) == ["db-1"])
        #expect(
          try await ids(Self.request([Self.matcher(.prefix("web-"))])) == ["web-1", "web-2"]
        )
        let either = Self.request([Self.matcher(.exact("db-1")), Self.matcher(.suffix("-2"))])
        #expect(try await ids(either) == ["db-1", "web-2"])
        #expect(try await ids(Self.request([Self.matcher(.exact("nobody"))])).isEmpty)
        let error = await #expect(throws: RPCError.self) {
          try await ids(Self.request([Self.matcher(.safeRegex(.init()))]))
        }
        #expect(error?.code == .invalidArgument)

        let bare = try await service.fetchClientStatus(Self.request(excludesContents: true))
        #expect(bare.config.flatMap(\.genericXdsConfigs).allSatisfy { !$0.hasXdsConfig })
        #expect(running.plane.clientStatuses.map(\.node.id).count == 3)
      }
      #expect(try await eventually { running.plane.clientStatuses.isEmpty })
    }
  }

  @Test("answers each request of a stream")
  func stream() async throws {
    try await RunningControlPlane.with { _, connection in
      let service = Service.Client(wrapping: connection)
      let counts = Recorder<Int>()
      try await service.streamClientStatus { writer in
        for _ in 1...3 { try await writer.write(Self.request()) }
      } onResponse: { response in
        for try await message in response.messages { counts.record(message.config.count) }
      }
      #expect(counts.all == [0, 0, 0])
    }
  }
}
