import MeshModel
import TestSupport
import XDSCore

func build(
  _ mesh: Mesh,
  _ profile: NodeProfile,
  revision: UInt64 = 1,
  previous: Snapshot? = nil
) -> Snapshot {
  SnapshotBuilder(reportsLoad: true).build(
    mesh: mesh,
    profile: profile,
    boot: "b",
    revision: revision,
    previous: previous
  )
}

extension Snapshot {
  /// All resources of a type, taken apart.
  func all<Content>(_ type: ResourceType, _ content: (Resource) -> Content?) -> [Content] {
    allResources(of: type).compactMap { content($0.resource) }
  }

  var clusters: [Cluster] {
    all(.cluster) { if case .cluster(let cluster) = $0 { cluster } else { nil } }
  }

  var assignments: [ClusterLoadAssignment] {
    all(.endpoints) { if case .endpoints(let assignment) = $0 { assignment } else { nil } }
  }

  var listeners: [Listener] {
    all(.listener) { if case .listener(let listener) = $0 { listener } else { nil } }
  }

  var routeConfigurations: [RouteConfiguration] {
    all(.routeConfiguration) {
      if case .routeConfiguration(let configuration) = $0 { configuration } else { nil }
    }
  }

  func assignment(_ cluster: String) -> ClusterLoadAssignment? {
    assignments.first { $0.clusterName == cluster }
  }
}

/// Makes meshes with all that the model can hold, the odd and the wrong included.
struct RichMesh {
  private static let hosts = [
    greeterHost, HostName("dubbo-go-server", inNamespace: "shop"), HostName("x.example.com"),
    HostName("other", inNamespace: "default"),
  ]
  private static let names = ["user", "Lane", ":authority", "trace-bin", "empty"]
  private static let versions = ["v1", "v2", "v3"]

  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func next() -> Mesh {
    let services = Self.hosts.filter { _ in chance(70) }.map { service($0) }
    let workloads = Self.hosts.flatMap { host in
      (0..<Int.random(in: 0...6, using: &random)).map { workload(host, $0) }
    }
    return Mesh(
      rules: MeshRules(
        virtualServices: Self.hosts.filter { _ in chance(70) }.map { rules($0) },
        destinationRules: Self.hosts.map { host in
          DestinationRule(
            name: ResourceName(name: "d"),
            host: host.description,
            subsets: Self.versions.filter { _ in chance(70) }.map(subset),
            trafficPolicy: pick([nil, policy()])
          )
        }
      ),
      inventory: MeshInventory(services: services, workloads: workloads)
    )
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }

  private mutating func service(_ host: HostName) -> MeshService {
    MeshService(
      host: host,
      ports: pick([[20000], [20000, 20001], [20001]]).map { .init(name: "triple", number: $0) },
      addresses: pick([
        [], [], ["127.0.0.77"], ["127.0.0.78", "::1"], ["127.0.0.1"], ["nonsense"],
      ])
    )
  }

  private mutating func workload(_ host: HostName, _ number: Int) -> Workload {
    let version = pick(Self.versions)
    return Workload(
      id: "\(host)-\(number)",
      host: host,
      address: pick(["127.0.0.1", "10.0.0.1", "::1", "0:0:0:0:0:0:0:1", "localhost"]),
      port: UInt16.random(in: 1...3, using: &random),
      workloadVersion: version,
      labels: ["dubbogoAppVersion": version],
      health: pick([.healthy, .healthy, .unhealthy, .draining]),
      weight: pick([0, 1, 100, .max]),
      locality: Locality(region: pick(["", "r"]), zone: pick(["", "z"])),
      ports: pick([[:], [20001: 7]])
    )
  }

  private mutating func rules(_ host: HostName) -> VirtualService {
    VirtualService(
      name: ResourceName(name: "v-\(host)"),
      hosts: [host.description],
      http: (0..<Int.random(in: 0...4, using: &random)).map { _ in rule(host) }
    )
  }

  private mutating func rule(_ host: HostName) -> HTTPRoute {
    HTTPRoute(
      name: pick([nil, "named"]),
      matches: (0..<pick([0, 1, 1, 2])).map { _ in match() },
      destinations: (0..<pick([1, 2, 4])).map { _ in
        RouteDestination(
          host: pick([host.description, "nowhere"]),
          subset: pick([nil, "v1", "v2", "v9"]),
          port: pick([nil, nil, 9]),
          weight: Weight(clamping: pick([0, 1, 30, Int(UInt32.max)])),
          headers: pick([HeaderChanges(), HeaderChanges(request: .init(remove: ["a"]))])
        )
      },
      answer: pick([nil, nil, nil, .direct(HTTPDirectResponse(status: 503)), .redirect(.init())]),
      rewrite: pick([nil, HTTPRewrite(path: .regex(match: "(", substitution: "")), .init()]),
      timeout: pick([nil, .zero, .seconds(1)]),
      retries: pick([nil, HTTPRetry(attempts: 0), HTTPRetry(attempts: 2, retryOn: ["5xx"])]),
      fault: pick([
        nil, HTTPFault(), HTTPFault(abort: .init(status: .http2("x"))),
        HTTPFault(delay: .init(duration: .seconds(1)), abort: .init(status: .grpc(3))),
      ]),
      mirrors: pick([[], [HTTPMirror(destination: destination("v9"))]]),
      cors: pick([nil, CORSPolicy(allowOrigins: [.regex("(")])])
    )
  }

  private mutating func policy() -> TrafficPolicy {
    let keys: [ConsistentHash.Key] = [.header("user"), .sourceIP, .queryParameter("q")]
    let balancers: [LoadBalancer.Algorithm] =
      LoadBalancer.Simple.allCases.map { .simple($0) }
      + keys.map { .consistentHash(ConsistentHash(key: $0, table: .maglev(size: nil))) }
    let share = LocalityLoadBalancing.Share(locality: "r/z", percent: 100)
    let locality = LocalityLoadBalancing(distribute: [.init(from: "*", to: [share])])
    let settings = TrafficPolicy.Settings(
      loadBalancer: LoadBalancer(
        algorithm: pick(balancers),
        locality: pick([nil, locality]),
        warmup: pick([nil, Warmup(duration: .seconds(1))])
      ),
      connectionPool: pick([nil, ConnectionPool(http: .init(http2MaxRequests: 3, maxRetries: 1))]),
      outlierDetection: pick([nil, OutlierDetection(), OutlierDetection(interval: .seconds(1))]),
      tls: pick([nil, ClientTLS(mode: .simple), ClientTLS(mode: .istioMutual)])
    )
    return TrafficPolicy(settings: settings, ports: [.init(number: 20001, settings: .init())])
  }

  private mutating func match() -> HTTPMatch {
    HTTPMatch(
      uri: pick([
        nil, nil, .exact("/api.Greeter/SayHello"), .prefix("/api.Greeter/"), .prefix("/"),
        .prefix("/api"), .regex("/api.*"), .regex("("), .exact("nonsense"), .present,
      ]),
      ignoreURICase: chance(20),
      method: pick([nil, nil, .exact("POST"), .exact("GET"), .present]),
      headers: (0..<pick([0, 1, 2])).map { _ in header() },
      withoutHeaders: (0..<pick([0, 0, 1, 2])).map { _ in header() }
    )
  }

  private mutating func header() -> HeaderMatch {
    HeaderMatch(
      name: pick(Self.names),
      match: pick([
        .exact("admin"), .exact(""), .prefix("a"), .prefix(""), .regex("a|b"), .regex("a*"),
        .regex(".*"), .regex("("), .present,
      ])
    )
  }
}
