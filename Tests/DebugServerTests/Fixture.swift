import DebugServer
import MeshModel
import Synchronization
import TestSupport
import XDSCore

/// A mesh with the walkthrough's two services, and values for the pages that tests may change.
final class Fixture: Sendable {
  struct Values: Sendable {
    var clients: [ClientStatus] = []
    var mesh = Fixture.mesh
    var isPublished = true
  }

  static let host = "dubbo-go-server.default.svc.cluster.local"
  static let key = "providers:api.Greeter::"

  static let mesh = Mesh(
    rules: Walkthrough.start,
    inventory: MeshInventory(
      services: [
        MeshService(
          host: HostName("dubbo-go-client.default.svc.cluster.local"),
          ports: [.init(name: "triple", number: 20_000)]
        ),
        Walkthrough.service,
      ],
      workloads: [
        Workload(
          id: "server-v1-1",
          host: Walkthrough.host,
          address: "127.0.0.1",
          port: 21_001,
          workloadVersion: "v1.0.0",
          labels: [Walkthrough.versionLabel: "v1"]
        )
      ]
    )
  )

  private let values = Mutex(Values())

  func change(_ body: (inout Values) -> Void) {
    values.withLock { body(&$0) }
  }

  var sources: DebugSources {
    DebugSources(
      clients: { self.values.withLock { $0.clients } },
      inventory: { self.values.withLock { $0.mesh.inventory } },
      rules: { self.values.withLock { $0.mesh.rules } },
      snapshots: {
        self.values.withLock { values in
          guard values.isPublished else { return nil }
          return SnapshotSet(mesh: values.mesh, boot: "b", revision: 1, previous: nil)
        }
      }
    )
  }

  func server(
    interfaces: [DubboInterface] = [],
    limits: DebugServer.Limits = .init()
  ) throws -> DebugServer {
    DebugServer(
      address: try .init(port: 0),
      interfaces: interfaces,
      sources: sources,
      limits: limits,
      logger: .silent
    )
  }

  /// Runs a server while `body` talks to its port.
  func run(
    interfaces: [DubboInterface] = [],
    limits: DebugServer.Limits = .init(),
    _ body: (DebugServer, _ port: Int) async throws -> Void
  ) async throws {
    let server = try server(interfaces: interfaces, limits: limits)
    let task = Task { try await server.run() }
    do {
      try await body(server, server.boundAddress.port)
    } catch {
      task.cancel()
      _ = await task.result
      throw error
    }
    task.cancel()
    try await task.value
  }

  /// A client that is connected.
  static func client(
    _ id: String,
    stream: UInt64 = 1,
    profile: NodeProfile = .dubbo,
    labels: [String: String] = [:],
    types: [ResourceType: ServerTypeStatus] = [:],
    resources: [ClientStatus.ResourceEntry] = []
  ) -> ClientStatus {
    ClientStatus(
      stream: StreamID(stream),
      node: node(id, labels: labels),
      profile: profile,
      variant: .stateOfTheWorld,
      peer: ClientPeer(address: "127.0.0.1:51234"),
      connectedAt: Timestamp(microseconds: 1_649_307_600_384_000),
      types: types,
      resources: resources
    )
  }

  static func node(_ id: String, labels: [String: String] = [:]) -> Node {
    Node(
      id: id,
      userAgentName: "gRPC Go",
      userAgentVersion: "1.45.0",
      metadata: ["CLUSTER_ID": "Kubernetes"],
      labels: labels
    )
  }

  /// A node that provides the interface of that key at that address.
  static func provider(_ id: String, _ key: String = key, at address: String) -> Node {
    node(id, labels: ["DUBBO_GO": "{\"\(key)\":\"\(address)\"}"])
  }
}

extension ServerTypeStatus {
  static func make(_ change: (inout ServerTypeStatus) -> Void) -> ServerTypeStatus {
    var status = ServerTypeStatus()
    change(&status)
    return status
  }
}
