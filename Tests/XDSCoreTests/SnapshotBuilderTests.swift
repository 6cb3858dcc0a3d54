import MeshModel
import Testing
import XDSCore

@Suite("snapshot builder")
struct SnapshotBuilderTests {
  @Test("makes a cluster for each service port and one for each subset of it")
  func clusters() {
    let mesh = greeterMesh(services: [service(ports: [20000, 20001])])
    #expect(
      build(mesh).names(of: .cluster)
        == [
          "outbound|20000||\(greeterHost)", "outbound|20000|v1|\(greeterHost)",
          "outbound|20000|v2|\(greeterHost)", "outbound|20001||\(greeterHost)",
          "outbound|20001|v1|\(greeterHost)", "outbound|20001|v2|\(greeterHost)",
        ].sorted()
    )
  }

  @Test("filters a subset's endpoints by its labels")
  func endpoints() {
    let snapshot = build(greeterMesh())
    #expect(snapshot.endpointPorts(greeterCluster()) == [20001, 20101])
    #expect(snapshot.endpointPorts(greeterCluster("v1")) == [20001])
    #expect(snapshot.endpointPorts(greeterCluster("v2")) == [20101])
  }

  @Test("leaves out endpoints that get no calls, duplicates and host names")
  func unusableEndpoints() {
    var named = workload("v1", number: 5)
    named.address = "localhost"
    var duplicate = workload("v1", number: 1)
    duplicate.id = "another"
    let snapshot = build(
      greeterMesh(workloads: [
        workload("v1"), duplicate, named,
        workload("v1", number: 3, health: .unhealthy),
        workload("v1", number: 4, health: .draining),
      ])
    )
    #expect(snapshot.endpointPorts(greeterCluster("v1")) == [20001])
  }

  @Test("gives a locality the sum of its endpoints' weights, and a weight of 0 counts as 1")
  func localityWeight() throws {
    var heavy = workload("v1")
    heavy.weight = 7
    var weightless = workload("v1", number: 2)
    weightless.weight = 0
    let snapshot = build(greeterMesh(workloads: [heavy, weightless]))
    guard case .endpoints(let assignment)? = snapshot.resource(.endpoints, named: greeterCluster())
    else { throw Missing() }
    #expect(assignment.localities.map(\.weight) == [8])
    #expect(assignment.localities[0].endpoints.map(\.weight) == [7, 1])
  }

  @Test("an empty subset has an assignment without localities")
  func emptySubset() throws {
    let snapshot = build(greeterMesh(workloads: [workload("v1")]))
    #expect(snapshot.endpointPorts(greeterCluster("v2")) == [])
  }

  @Test("a virtual host's domains cover every alias with and without port")
  func domains() throws {
    guard
      case .routeConfiguration(let configuration)? = build(greeterMesh())
        .resource(.routeConfiguration, named: greeterRoutes)
    else { throw Missing() }
    #expect(configuration.virtualHosts.map(\.name) == [greeterTarget])
    let domains = Set(configuration.virtualHosts[0].domains)
    for alias in greeterHost.aliases {
      #expect(domains.contains(alias))
      #expect(domains.contains("\(alias):20000"))
    }
  }

  @Test("a host without a VirtualService has one route for every call, of no rule")
  func defaultRoute() {
    let snapshot = build(greeterMesh())
    #expect(
      snapshot.routes()
        == [Route(name: "default", match: RouteMatch(), action: .cluster(greeterCluster()))]
    )
    #expect(snapshot.rule(forRoute: "default", authority: greeterTarget) == nil)
  }

  @Test("of several VirtualServices for a host the first wins, and an exact host beats a wildcard")
  func severalVirtualServices() {
    func rule(_ host: String, _ subset: String) -> VirtualService {
      VirtualService(
        name: ResourceName(name: subset),
        hosts: [host],
        http: [HTTPRoute(destinations: [destination(subset)])]
      )
    }
    let snapshot = build(
      greeterMesh([
        rule("*.cluster.local", "v2"), rule("dubbo-go-server", "v1"),
        rule("dubbo-go-server", "v2"),
      ])
    )
    #expect(snapshot.routes().map(\.action) == [.cluster(greeterCluster("v1"))])
    let wildcard = build(greeterMesh([rule("*", "v1"), rule("*.cluster.local", "v2")]))
    #expect(wildcard.routes().map(\.action) == [.cluster(greeterCluster("v2"))])
  }

  @Test("subsets of all DestinationRules for a host are merged, the first of a name wins")
  func mergedDestinationRules() {
    var mesh = greeterMesh(subsets: ["v1"])
    mesh.rules.destinationRules.append(
      DestinationRule(
        name: ResourceName(name: "more"),
        host: greeterHost.description,
        subsets: [Subset(name: "v1", labels: ["none": "such"]), subset("v2")]
      )
    )
    let snapshot = build(mesh)
    #expect(snapshot.endpointPorts(greeterCluster("v1")) == [20001])
    #expect(snapshot.endpointPorts(greeterCluster("v2")) == [20101])
  }

  @Test("a cluster that a route refers to exists even if its subset, port or host doesn't")
  func undefinedClusters() {
    let rule = greeterRule(
      HTTPRoute(destinations: [
        destination("v9", 1),
        RouteDestination(host: "nowhere.example.com", port: 1, weight: .one),
        RouteDestination(host: "dubbo-go-server", port: 9, weight: .one),
      ])
    )
    let snapshot = build(greeterMesh([rule]))
    let names = [
      greeterCluster("v9"), "outbound|1||nowhere.example.com", "outbound|9||\(greeterHost)",
    ]
    for name in names {
      #expect(snapshot.resource(.cluster, named: name) == .cluster(Cluster(name: name)))
      #expect(snapshot.endpointPorts(name) == [])
    }
    #expect(Set(names).isSubset(of: snapshot.names(of: .cluster)))
  }

  @Test("asks for load reports only where told to")
  func loadReports() {
    let snapshot = SnapshotBuilder(reportsLoad: true).build(
      mesh: greeterMesh(),
      profile: .grpc,
      boot: "b",
      revision: 1,
      previous: nil
    )
    let cluster = Cluster(name: greeterCluster(), reportsLoad: true)
    #expect(snapshot.resource(.cluster, named: greeterCluster()) == .cluster(cluster))
    let unknown = Cluster(name: "x", reportsLoad: true)
    #expect(snapshot.answer(.cluster, named: "x") == .cluster(unknown))
  }
}

/// A fixture that isn't as a test needs it.
struct Missing: Error {}
