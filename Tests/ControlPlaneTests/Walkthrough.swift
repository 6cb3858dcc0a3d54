import MeshModel
import Synchronization
import XDSCore

/// The walkthrough's service, with two versions, and the names that a gRPC client asks for.
enum Walkthrough {
  static let host = "dubbo-go-server.default.svc.cluster.local"
  static let listener = "\(host):20000"
  static let routes = "outbound|20000||\(host)"
  static let v1 = "outbound|20000|v1|\(host)"
  static let v2 = "outbound|20000|v2|\(host)"

  static func mesh(v1: Int, v2: Int) -> Mesh {
    Mesh(
      rules: MeshRules(
        virtualServices: [
          VirtualService(
            name: ResourceName(name: "dubbo-go-server"),
            hosts: ["dubbo-go-server"],
            http: [HTTPRoute(destinations: [destination("v1", v1), destination("v2", v2)])]
          )
        ],
        destinationRules: [
          DestinationRule(
            name: ResourceName(name: "dubbo-go-server"),
            host: "dubbo-go-server",
            subsets: ["v1", "v2"].map { Subset(name: $0, labels: ["dubbogoAppVersion": $0]) }
          )
        ]
      ),
      inventory: MeshInventory(
        services: [
          MeshService(host: HostName(host), ports: [.init(name: "grpc", number: 20_000)])
        ],
        workloads: [workload("v1", port: 20_001), workload("v2", port: 20_002)]
      )
    )
  }

  /// Snapshot sets of revisions 1, 2, …, each built after the one before, as the engine does.
  final class Revisions: Sendable {
    private let newest = Mutex<SnapshotSet?>(nil)

    func next(v1: Int = 90, v2: Int = 10) -> SnapshotSet {
      newest.withLock { newest in
        let set = SnapshotSet(
          mesh: Walkthrough.mesh(v1: v1, v2: v2),
          boot: "test",
          revision: (newest?.revision ?? 0) + 1,
          previous: newest
        )
        newest = set
        return set
      }
    }
  }

  private static func destination(_ subset: String, _ weight: Int) -> RouteDestination {
    RouteDestination(host: "dubbo-go-server", subset: subset, weight: Weight(clamping: weight))
  }

  private static func workload(_ version: String, port: UInt16) -> Workload {
    Workload(
      id: "dubbo-go-server-\(version)-1",
      host: HostName(host),
      address: "127.0.0.1",
      port: port,
      workloadVersion: "\(version).0.0",
      labels: ["dubbogoAppVersion": version]
    )
  }
}
