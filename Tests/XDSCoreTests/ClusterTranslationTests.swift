import MeshModel
import Testing

@testable import XDSCore

@Suite("translation of traffic policies")
struct ClusterTranslationTests {
  private typealias Settings = TrafficPolicy.Settings

  private func mesh(_ rules: [DestinationRule], workloads: [Workload]? = nil) -> Mesh {
    var mesh = greeterMesh(workloads: workloads ?? [workload("v1"), workload("v2")])
    mesh.rules.destinationRules = rules
    return mesh
  }

  private func rule(
    _ settings: Settings = Settings(),
    ports: [TrafficPolicy.Port] = [],
    subsets: [Subset] = [],
    name: String = "greeter",
    host: String = "dubbo-go-server",
    selector: [String: String]? = nil
  ) -> DestinationRule {
    DestinationRule(
      name: ResourceName(name: name),
      host: host,
      subsets: subsets,
      trafficPolicy: TrafficPolicy(settings: settings, ports: ports),
      workloadSelector: selector
    )
  }

  private func simple(_ algorithm: LoadBalancer.Simple) -> Settings {
    Settings(loadBalancer: LoadBalancer(algorithm: .simple(algorithm)))
  }

  private func limit(_ requests: UInt32) -> Settings {
    Settings(connectionPool: ConnectionPool(http: .init(http2MaxRequests: requests)))
  }

  private func cluster(_ snapshot: Snapshot, _ subset: String? = nil) throws -> Cluster {
    try #require(snapshot.clusters.first { $0.name == greeterCluster(subset) })
  }

  @Test("a load balancer is what the client can do, with a note where that is another")
  func loadBalancers() throws {
    let table: [(LoadBalancer.Simple, envoy: Cluster.LoadBalancing, grpc: Cluster.LoadBalancing)] =
      [
        (.roundRobin, .roundRobin, .roundRobin), (.leastRequest, .leastRequest, .leastRequest),
        (.leastConn, .leastRequest, .leastRequest), (.unspecified, .leastRequest, .leastRequest),
        (.random, .random, .roundRobin), (.passthrough, .roundRobin, .roundRobin),
      ]
    for (algorithm, envoy, grpc) in table {
      let mesh = mesh([rule(simple(algorithm))])
      #expect(try cluster(build(mesh, .envoy)).loadBalancing == envoy)
      #expect(try cluster(build(mesh, .grpc)).loadBalancing == grpc)
      #expect(try cluster(build(mesh, .dubbo)).loadBalancing == .roundRobin)
      #expect(build(mesh, .envoy).notes.count == (algorithm == .passthrough ? 1 : 0))
      #expect(
        build(mesh, .grpc).notes.count == ([.passthrough, .random].contains(algorithm) ? 1 : 0)
      )
      #expect(build(mesh, .dubbo).notes.count == (algorithm == .unspecified ? 0 : 1))
    }
  }

  @Test("a hash is on every route to its cluster, of whatever service, as far as clients know it")
  func hashes() throws {
    let keys: [(ConsistentHash.Key, NodeProfile, RouteSettings.HashPolicy?)] = [
      (.header("user"), .envoy, .header("user")), (.header("user"), .grpc, .header("user")),
      (.header("user"), .dubbo, nil), (.header("u-bin"), .grpc, nil), (.sourceIP, .grpc, nil),
      (.sourceIP, .envoy, .sourceIP), (.queryParameter("q"), .envoy, .queryParameter("q")),
    ]
    let other = HostName("other", inNamespace: "default")
    for (key, profile, policy) in keys {
      let hash = LoadBalancer(algorithm: .consistentHash(ConsistentHash(key: key)))
      var mesh = mesh([rule(Settings(loadBalancer: hash))])
      mesh.inventory.services.append(service(other, ports: [20001]))
      mesh.rules.virtualServices = [
        VirtualService(
          name: ResourceName(name: "other"),
          hosts: ["other"],
          http: [HTTPRoute(destinations: [destination(nil)])]
        )
      ]
      let snapshot = build(mesh, profile)
      let routes = snapshot.routeConfigurations.flatMap(\.virtualHosts).flatMap(\.routes)
      #expect(routes.count == 2)
      #expect(routes.allSatisfy { $0.settings.hashPolicies == (policy.map { [$0] } ?? []) })
      let ring: Cluster.LoadBalancing = .ringHash(minimumSize: 1024)
      #expect(
        try cluster(snapshot).loadBalancing == (profile == .dubbo ? .roundRobin : ring)
      )
      #expect(snapshot.notes.count == (policy == nil ? 1 : 0))
    }
  }

  @Test("a subset's parts win over the host's, and a port's settings over either's")
  func levels() throws {
    let subset = Subset(
      name: "v1",
      labels: [:],
      trafficPolicy: TrafficPolicy(
        settings: limit(7),
        ports: [.init(number: 20001, settings: simple(.random))]
      )
    )
    var mesh = mesh([
      rule(
        Settings(
          loadBalancer: LoadBalancer(algorithm: .simple(.leastRequest)),
          connectionPool: limit(5).connectionPool
        ),
        ports: [.init(number: 20002, settings: limit(9))],
        subsets: [subset]
      )
    ])
    mesh.inventory.services = [service(ports: [20000, 20001, 20002])]
    let clusters = build(mesh, .envoy).clusters
    func found(_ port: UInt16, _ subset: String?) throws -> (Cluster.LoadBalancing, UInt32?) {
      let name = ServicePort(host: greeterHost, port: port).clusterName(subset: subset)
      let cluster = try #require(clusters.first { $0.name == name })
      return (cluster.loadBalancing, cluster.connectionPool.http?.http2MaxRequests)
    }
    #expect(try found(20000, nil) == (.leastRequest, 5))
    #expect(try found(20000, "v1") == (.leastRequest, 7))
    #expect(try found(20001, nil) == (.leastRequest, 5))
    #expect(try found(20001, "v1") == (.random, nil))
    #expect(try found(20002, nil) == (.roundRobin, 9))
    #expect(try found(20002, "v1") == (.roundRobin, 7))
  }

  @Test("of several DestinationRules the first policy counts, and the subsets of all")
  func several() throws {
    var second = rule(simple(.random), subsets: [subset("v1"), subset("v2")], name: "second")
    second.subsets[0].labels = ["other": "x"]
    let mesh = mesh([
      rule(simple(.leastRequest), subsets: [subset("v1")]), second,
      rule(simple(.random), name: "wide", host: "*.default.svc.cluster.local"),
    ])
    let snapshot = build(mesh, .envoy)
    #expect(snapshot.clusters.count == 3)
    #expect(snapshot.clusters.allSatisfy { $0.loadBalancing == .leastRequest })
    #expect(snapshot.endpointPorts(greeterCluster("v1")) == [20001])
  }

  @Test("a DestinationRule for a wildcard is for hosts that have none of their own")
  func wildcard() throws {
    let mesh = mesh([
      rule(simple(.random), name: "all", host: "*"),
      rule(simple(.leastRequest), name: "wide", host: "*.default.svc.cluster.local"),
    ])
    #expect(try cluster(build(mesh, .envoy)).loadBalancing == .leastRequest)
  }

  @Test("a policy for some callers only is none, and that is told", arguments: NodeProfile.allCases)
  func selector(_ profile: NodeProfile) throws {
    let rule = rule(limit(1), subsets: [subset("v1")], selector: ["app": "a"])
    let snapshot = build(mesh([rule]), profile)
    #expect(try cluster(snapshot).connectionPool == ConnectionPool())
    #expect(snapshot.clusters.count == 2)
    #expect(
      snapshot.notes.map(\.object) == [MeshObjectKey(kind: .destinationRule, name: rule.name)]
    )
  }

  @Test("a note on a subset's own policy names the subset; one on the host's is told once")
  func noteSubjects() {
    let own = Subset(
      name: "v1",
      labels: [:],
      trafficPolicy: TrafficPolicy(settings: simple(.random))
    )
    let notes = build(mesh([rule(subsets: [own, subset("v2")])]), .grpc).notes
    #expect(notes.map(\.subset) == ["v1"])
    let host = build(mesh([rule(simple(.random), subsets: [subset("v1")])]), .grpc).notes
    #expect(host.map(\.subset) == [nil])
  }

  @Test("limits, outlier detection, TLS and warm-up go to Envoy; gRPC has http2MaxRequests alone")
  func connections() throws {
    let settings = Settings(
      loadBalancer: LoadBalancer(warmup: Warmup(duration: .seconds(3))),
      connectionPool: ConnectionPool(
        tcp: .init(maxConnections: 1),
        http: .init(http2MaxRequests: 2, maxRetries: 3)
      ),
      outlierDetection: OutlierDetection(consecutive5xxErrors: 1),
      tls: ClientTLS(mode: .simple, sni: "a")
    )
    let envoy = try cluster(build(mesh([rule(settings)]), .envoy))
    #expect(envoy.connectionPool == settings.connectionPool)
    #expect(envoy.outlierDetection == settings.outlierDetection)
    #expect(envoy.tls == settings.tls)
    #expect(envoy.warmup == settings.loadBalancer?.warmup)
    let grpc = try cluster(build(mesh([rule(settings)]), .grpc))
    let plain = Cluster(
      name: greeterCluster(),
      reportsLoad: true,
      connectionPool: ConnectionPool(http: .init(http2MaxRequests: 2))
    )
    #expect(grpc == plain)
    #expect(build(mesh([rule(settings)]), .grpc).notes.count == 4)
    #expect(try cluster(build(mesh([rule(settings)]), .dubbo)) == Cluster(name: greeterCluster()))
  }

  @Test("shares of all callers weigh localities; those of some are left out with a note")
  func localities() throws {
    let places = ["a", "b", "c"].enumerated().map { number, zone in
      var workload = workload("v1", number: number + 1)
      workload.locality = Locality(region: "r", zone: zone)
      return workload
    }
    let distribution = LocalityLoadBalancing.Distribution(
      from: "*",
      to: [.init(locality: "r/a/*", percent: 80), .init(locality: "r/b", percent: 20)]
    )
    func settings(_ localities: LocalityLoadBalancing) -> Settings {
      Settings(loadBalancer: LoadBalancer(locality: localities))
    }
    for profile in [NodeProfile.grpc, .envoy] {
      let all = rule(settings(LocalityLoadBalancing(distribute: [distribution])))
      let snapshot = build(mesh([all], workloads: places), profile)
      let found = try #require(snapshot.assignment(greeterCluster())).localities
      #expect(found.map(\.zone) == ["a", "b"])
      #expect(found.map(\.weight) == [8_000_000, 2_000_000])
      #expect(try cluster(snapshot).sharesByLocality)
      #expect(snapshot.notes.isEmpty)
    }
    var some = distribution
    some.from = "r/a/*"
    let localities = LocalityLoadBalancing(
      distribute: [some],
      failover: [.init(from: "r", to: "s")]
    )
    let snapshot = build(mesh([rule(settings(localities))], workloads: places), .envoy)
    #expect(snapshot.assignment(greeterCluster())?.localities.count == 3)
    #expect(snapshot.notes.count == 2)
  }
}
