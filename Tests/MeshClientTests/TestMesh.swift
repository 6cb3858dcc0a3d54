import GRPCCore
import Logging
import MeshClient
import Synchronization
import Testing
import XDSCore
import XDSProtos

/// Two workloads, an xDS server and a client of them, all in this process over loopback.
final class TestMesh: Sendable {
  static let authority = "greeter.default.svc.cluster.local:20000"

  let controlPlane = ScriptedControlPlane()
  let xds: TestServer
  let v1 = TestGreeter(version: "v1.0.0")
  let v2 = TestGreeter(version: "v2.0.0")
  let server1: TestServer
  let server2: TestServer
  let transport: XDSClientTransport
  let client: GRPCClient<XDSClientTransport>

  var greeter: Api_Greeter.Client<XDSClientTransport> { .init(wrapping: client) }

  init(reportCapacity: Int = 1024, resourceTimeout: Duration = .seconds(15)) async throws {
    xds = try await TestServer(controlPlane.services)
    server1 = try await TestServer([v1])
    server2 = try await TestServer([v2])
    transport = try XDSClientTransport(
      authority: TestMesh.authority,
      bootstrap: Bootstrap(server: xds.address, nodeID: "test-client"),
      resourceTimeout: resourceTimeout,
      seed: 7,
      reportCapacity: reportCapacity,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    client = GRPCClient(transport: transport)
  }

  /// Runs a mesh with a client for the time of the body.
  static func run(
    reportCapacity: Int = 1024,
    resourceTimeout: Duration = .seconds(15),
    _ body: @Sendable (TestMesh) async throws -> Void
  ) async throws {
    let mesh = try await TestMesh(
      reportCapacity: reportCapacity,
      resourceTimeout: resourceTimeout
    )
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await mesh.client.runConnections() }
        try await body(mesh)
        mesh.client.beginGracefulShutdown()
        try await group.waitForAll()
      }
      await mesh.stopServers()
    } catch {
      await mesh.stopServers()
      throw error
    }
  }

  func publish(_ version: String, routes: [Route], v1: [Endpoint]? = nil, v2: [Endpoint]? = nil) {
    controlPlane.publish(
      version,
      TestMesh.resources(
        routes: routes,
        endpoints: ["v1": v1 ?? [server1.endpoint], "v2": v2 ?? [server2.endpoint]]
      )
    )
  }

  /// The ID that answers a call of that user.
  @discardableResult
  func call(
    _ name: String = "you",
    user: String? = nil,
    options: CallOptions = .defaults
  ) async throws -> String {
    var metadata = Metadata()
    if let user { metadata.addString(user, forKey: "user") }
    return try await greeter.sayHello(.init(name: name), metadata: metadata, options: options).id
  }

  func expectAnswer(
    _ id: String,
    user: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let answer = try await call(user: user)
    #expect(answer == id, sourceLocation: sourceLocation)
  }

  /// Calls again and again; each that fails is an issue.
  func callUntil(_ isOver: Flag, sourceLocation: SourceLocation = #_sourceLocation) async {
    while !isOver.isSet {
      do {
        try await call()
      } catch {
        Issue.record(error, sourceLocation: sourceLocation)
      }
    }
  }

  /// Publishes one cluster with both servers, and calls until both have answered.
  func publishBoth(_ route: Route) async throws {
    publish("1", routes: [route], v1: [server1.endpoint, server2.endpoint])
    try await eventually("both answer") {
      _ = try? await call()
      return v1.calls > 0 && v2.calls > 0
    }
  }

  func stopServers() async {
    await xds.kill()
    await server1.kill()
    await server2.kill()
  }

  static func resources(routes: [Route], endpoints: [String: [Endpoint]]) -> [Resource] {
    let host = VirtualHost(name: "greeter", domains: [authority], routes: routes)
    var resources: [Resource] = [
      .listener(
        Listener(name: authority, routeConfigurationName: "greeter-routes", filters: [.fault])
      ),
      .routeConfiguration(RouteConfiguration(name: "greeter-routes", virtualHosts: [host])),
    ]
    for (name, endpoints) in endpoints {
      resources.append(.cluster(Cluster(name: name)))
      let locality = LocalityEndpoints(weight: 1, endpoints: endpoints)
      resources.append(
        .endpoints(ClusterLoadAssignment(clusterName: name, localities: [locality]))
      )
    }
    return resources
  }
}

extension TestServer {
  var endpoint: Endpoint { Endpoint(address: "127.0.0.1", port: port) }
}

extension Route {
  /// All calls to one cluster.
  static func all(to cluster: String) -> Route {
    Route(name: "all", match: RouteMatch(), action: .cluster(cluster))
  }

  static func weighted(_ weights: KeyValuePairs<String, UInt32>) -> Route {
    Route(
      name: "weighted",
      match: RouteMatch(),
      action: .weightedClusters(weights.map { WeightedCluster(name: $0.key, weight: $0.value) })
    )
  }

  static func user(_ user: String, to cluster: String) -> Route {
    let matcher = HeaderMatcher(name: "user", condition: .exact(user))
    return Route(
      name: "user",
      match: RouteMatch(headers: [matcher]),
      action: .cluster(cluster)
    )
  }
}

/// Waits until a condition holds, for ten seconds at most.
func eventually(
  _ what: Comment,
  within limit: Duration = .seconds(10),
  sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record(what, sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}
