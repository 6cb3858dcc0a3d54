import MeshModel
import XDSCore

/// A server of one ``ClientSession`` that says exactly what a test wants.
struct SessionDriver {
  var session = ClientSession(node: Node(id: "client"))
  var time = MonotonicTime.zero
  private var count = 0

  /// One that watches the greeter on an open stream.
  static func watching() -> SessionDriver {
    var driver = SessionDriver()
    _ = driver.session.watch(greeterTarget, time: .zero)
    _ = driver.session.streamOpened(time: .zero)
    return driver
  }

  /// One that has the greeter's v1 in force.
  static func serving() -> SessionDriver {
    var driver = SessionDriver.watching()
    _ = driver.listener()
    _ = driver.routes(["v1"])
    _ = driver.clusters(["v1"])
    _ = driver.endpoints(["v1"])
    return driver
  }

  /// Delivers a response; its nonce is `n` and its number.
  mutating func receive(
    _ type: ResourceType,
    _ resources: [Resource],
    bad: [(String, String)] = [],
    version: String = "1"
  ) -> [ClientAction] {
    count += 1
    let failures = bad.map {
      Result<Resource, DiscoveryResponse.Invalid>.failure(.init(name: $0.0, reason: $0.1))
    }
    return session.receive(
      DiscoveryResponse(
        typeURL: type.typeURL,
        versionInfo: version,
        nonce: "n\(count)",
        resources: resources.map { .success($0) } + failures
      ),
      time: time
    )
  }

  mutating func listener() -> [ClientAction] {
    receive(
      .listener,
      [.listener(Listener(name: greeterTarget, routeConfigurationName: greeterRoutes))]
    )
  }

  mutating func routes(_ subsets: [String], version: String = "1") -> [ClientAction] {
    receive(.routeConfiguration, [.routeConfiguration(Self.routes(subsets))], version: version)
  }

  mutating func clusters(_ subsets: [String], version: String = "1") -> [ClientAction] {
    receive(
      .cluster,
      subsets.map { .cluster(Cluster(name: greeterCluster($0))) },
      version: version
    )
  }

  mutating func endpoints(_ subsets: [String], port: UInt16 = 1) -> [ClientAction] {
    receive(.endpoints, subsets.map { .endpoints(Self.assignment($0, port: port)) })
  }

  mutating func wait(seconds: UInt64) -> [ClientAction] {
    time = time.advanced(byNanoseconds: seconds * 1_000_000_000)
    return session.tick(time: time)
  }

  static func routes(_ subsets: [String]) -> RouteConfiguration {
    let clusters = subsets.map { WeightedCluster(name: greeterCluster($0), weight: 1) }
    let route = Route(name: "r", match: RouteMatch(), action: .weightedClusters(clusters))
    return RouteConfiguration(
      name: greeterRoutes,
      virtualHosts: [VirtualHost(name: "h", domains: ["*"], routes: [route])]
    )
  }

  static func assignment(_ subset: String, port: UInt16 = 1) -> ClusterLoadAssignment {
    ClusterLoadAssignment(
      clusterName: greeterCluster(subset),
      localities: [
        LocalityEndpoints(weight: 1, endpoints: [Endpoint(address: "127.0.0.1", port: port)])
      ]
    )
  }
}

extension [ClientAction] {
  var requests: [DiscoveryRequest] {
    compactMap { if case .send(.stateOfTheWorld(let request)) = $0 { request } else { nil } }
  }

  var updates: [ResolvedListener] {
    compactMap { if case .update(_, let resolved) = $0 { resolved } else { nil } }
  }

  var failures: [String] {
    compactMap { if case .fail(_, let reason) = $0 { reason } else { nil } }
  }

  /// Each request in short: `CDS v=1 n=n3 [a, b]`.
  var requested: [String] {
    requests.map { request in
      let type = ResourceType(typeURL: request.typeURL)?.shortName ?? request.typeURL
      let names = request.resourceNames.map { name in
        name.split(separator: "|").count == 4 ? String(name.split(separator: "|")[2]) : name
      }
      return "\(type) v=\(request.versionInfo) n=\(request.responseNonce) \(names)"
    }
  }
}
