import MeshModel
import XDSCore

let greeterHost = HostName("dubbo-go-server.default.svc.cluster.local")
let greeterTarget = "dubbo-go-server.default.svc.cluster.local:20000"
let greeterRoutes = "outbound|20000||dubbo-go-server.default.svc.cluster.local"

/// The cluster of a subset of the greeter; of the whole service for nil.
func greeterCluster(_ subset: String? = nil) -> String {
  ServicePort(host: greeterHost, port: 20000).clusterName(subset: subset)
}

func workload(
  _ version: String,
  number: Int = 1,
  host: HostName = greeterHost,
  health: Workload.Health = .healthy
) -> Workload {
  Workload(
    id: "\(host)-\(version)-\(number)",
    host: host,
    address: "127.0.0.1",
    port: UInt16(20000 + number) + (version == "v2" ? 100 : 0),
    workloadVersion: "\(version).0.0",
    labels: ["dubbogoAppVersion": version],
    health: health
  )
}

func service(_ host: HostName = greeterHost, ports: [UInt16] = [20000]) -> MeshService {
  MeshService(host: host, ports: ports.map { MeshService.Port(name: "triple", number: $0) })
}

func subset(_ name: String) -> Subset {
  Subset(name: name, labels: ["dubbogoAppVersion": name])
}

func destination(_ subset: String?, _ weight: Int = 100) -> RouteDestination {
  RouteDestination(host: "dubbo-go-server", subset: subset, weight: Weight(clamping: weight))
}

func greeterRule(_ http: HTTPRoute...) -> VirtualService {
  VirtualService(name: ResourceName(name: "greeter"), hosts: ["dubbo-go-server"], http: http)
}

/// The walkthrough's mesh: one service with v1 and v2, and the rules given.
func greeterMesh(
  _ virtualServices: [VirtualService] = [],
  subsets: [String] = ["v1", "v2"],
  workloads: [Workload] = [workload("v1"), workload("v2")],
  services: [MeshService] = [service()]
) -> Mesh {
  Mesh(
    rules: MeshRules(
      virtualServices: virtualServices,
      destinationRules: [
        DestinationRule(
          name: ResourceName(name: "greeter"),
          host: "dubbo-go-server",
          subsets: subsets.map(subset)
        )
      ]
    ),
    inventory: MeshInventory(services: services, workloads: workloads)
  )
}

/// The rule that splits by weights.
func splitMesh(_ v1: Int, _ v2: Int) -> Mesh {
  greeterMesh([
    greeterRule(HTTPRoute(destinations: [destination("v1", v1), destination("v2", v2)]))
  ])
}

func build(_ mesh: Mesh, revision: UInt64 = 1, previous: Snapshot? = nil) -> Snapshot {
  SnapshotBuilder().build(
    mesh: mesh,
    profile: .grpc,
    boot: "b",
    revision: revision,
    previous: previous
  )
}

extension SnapshotSet {
  /// The first set of a run.
  init(_ mesh: Mesh, revision: UInt64 = 1) {
    self.init(mesh: mesh, boot: "b", revision: revision, previous: nil)
  }

  func next(_ mesh: Mesh) -> SnapshotSet {
    SnapshotSet(mesh: mesh, boot: boot, revision: revision + 1, previous: self)
  }
}

extension Snapshot {
  func routes(_ name: String = greeterRoutes) -> [Route] {
    guard case .routeConfiguration(let configuration)? = resource(.routeConfiguration, named: name)
    else { return [] }
    return configuration.virtualHosts.flatMap(\.routes)
  }

  /// The ports of the endpoints; nil where there is no such resource.
  func endpointPorts(_ cluster: String) -> [UInt16]? {
    guard case .endpoints(let assignment)? = resource(.endpoints, named: cluster) else {
      return nil
    }
    return assignment.localities.flatMap(\.endpoints).map(\.port)
  }
}
