import ControlPlane
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Testing
import XDSCore
import XDSProtos

@Suite("Delta, and services of one type", .timeLimit(.minutes(1)))
struct VariantTests {
  private func with(
    _ client: DeltaTestClient,
    on connection: GRPCClient<HTTP2ClientTransport.Posix>,
    _ body: () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run(on: connection) }
      try await body()
      group.cancelAll()
    }
  }

  @Test("serves delta beside SotW on the same port, and pushes only what changed")
  func delta() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = DeltaTestClient("envoy-1")
      try await with(client, on: connection) {
        client.subscribe(.cluster)
        let clusters = try await client.responses.element(1)
        #expect(clusters.typeURL == ResourceType.cluster.typeURL)
        #expect(
          Set(clusters.resources.map(\.name)).isSuperset(of: [Walkthrough.v1, Walkthrough.v2])
        )
        #expect(clusters.resources.allSatisfy { !$0.version.isEmpty })
        client.answer(clusters)
        try await running.wait(for: .acked(.cluster, revision: 1), of: "envoy-1")

        client.subscribe(.endpoints, [Walkthrough.v1])
        let endpoints = try await client.responses.element(2)
        #expect(endpoints.resources.map(\.name) == [Walkthrough.v1])
        client.answer(endpoints)
        client.subscribe(.listener)
        let listeners = try await client.responses.element(3)
        client.answer(listeners)
        let routeName = "20000"
        client.subscribe(.routeConfiguration, [routeName])
        let routes = try await client.responses.element(4)
        #expect(routes.resources.map(\.name) == [routeName])
        client.answer(routes)
        try await running.wait(for: .acked(.routeConfiguration, revision: 1), of: "envoy-1")

        running.publish(v1: 1, v2: 99)
        let push = try await client.responses.element(5)
        #expect(push.typeURL == ResourceType.routeConfiguration.typeURL)
        #expect(push.resources.map(\.name) == [routeName])
        #expect(push.resources.first?.version != routes.resources.first?.version)
        client.answer(push, refusal: "no")
        let refused = ClientEvent.Kind.nacked(.routeConfiguration, revision: 2, reason: "no")
        try await running.wait(for: refused, of: "envoy-1")
        guard case .connected(_, .envoy, .delta, _)? = running.kinds(of: "envoy-1").first else {
          Issue.record("first event is \(String(describing: running.kinds(of: "envoy-1").first))")
          return
        }
      }
    }
  }

  @Test("bounds a delta subscription that grows request by request")
  func tooManyNames() async throws {
    var configuration = ControlPlane.Configuration(port: 0)
    configuration.limits.maxNames = 4
    try await RunningControlPlane.with(configuration) { running, connection in
      let client = DeltaTestClient("envoy-1")
      try await with(client, on: connection) {
        client.subscribe(.endpoints, ["a", "b", "c"])
        client.subscribe(.endpoints, ["d", "e"])
        let end = try #require(try await client.ends.element(1))
        #expect(end.code == .invalidArgument)
        #expect(end.message.contains("want at most 4"))
      }
      try await running.notices.first { notices in
        notices.contains { $0.source == "envoy-1" && $0.text.contains("--max-names allows 4") }
          ? true : nil
      }
    }
  }

  @Test(
    "serves a type on a stream of its own, and no other on it",
    arguments: [
      ("listener.v3.ListenerDiscoveryService", "StreamListeners", ResourceType.listener),
      ("route.v3.RouteDiscoveryService", "StreamRoutes", .routeConfiguration),
      ("cluster.v3.ClusterDiscoveryService", "StreamClusters", .cluster),
      ("endpoint.v3.EndpointDiscoveryService", "StreamEndpoints", .endpoints),
    ]
  )
  func singleType(service: String, method: String, type: ResourceType) async throws {
    try await RunningControlPlane.with { _, connection in
      let descriptor = MethodDescriptor(
        fullyQualifiedService: "envoy.service." + service,
        method: method
      )
      let name =
        switch type {
        case .cluster, .endpoints: Walkthrough.v1
        case .listener: Walkthrough.listener
        case .routeConfiguration: Walkthrough.routes
        }
      let client = ADSTestClient("a")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run(on: connection, method: descriptor) }
        client.subscribe(type, [name])
        let response = try await client.responses.element(1).message
        #expect(response.typeURL == type.typeURL)
        #expect(response.resources.count == 1)
        let other = type == .cluster ? ResourceType.listener : .cluster
        client.subscribe(other, ["x"])
        let end = try #require(try await client.ends.element(1))
        #expect(end.code == .invalidArgument)
        group.cancelAll()
      }
    }
  }

  @Test("says that each service is served, and lists them")
  func standardServices() async throws {
    try await RunningControlPlane.with { _, connection in
      let health = Grpc_Health_V1_Health.Client(wrapping: connection)
      let reflection = Grpc_Reflection_V1_ServerReflection.Client(wrapping: connection)
      let listed: Set<String> = try await reflection.serverReflectionInfo { writer in
        var request = Grpc_Reflection_V1_ServerReflectionRequest()
        request.listServices = ""
        try await writer.write(request)
      } onResponse: { response in
        var names: Set<String> = []
        for try await answer in response.messages {
          names.formUnion(answer.listServicesResponse.service.map(\.name))
        }
        return names
      }
      for service in [
        "discovery.v3.AggregatedDiscoveryService", "listener.v3.ListenerDiscoveryService",
        "route.v3.RouteDiscoveryService", "cluster.v3.ClusterDiscoveryService",
        "endpoint.v3.EndpointDiscoveryService", "load_stats.v3.LoadReportingService",
        "accesslog.v3.AccessLogService", "status.v3.ClientStatusDiscoveryService",
      ].map({ "envoy.service." + $0 }) {
        var request = Grpc_Health_V1_HealthCheckRequest()
        request.service = service
        #expect(try await health.check(request).status == .serving)
        #expect(listed.contains(service))
      }
    }
  }
}
