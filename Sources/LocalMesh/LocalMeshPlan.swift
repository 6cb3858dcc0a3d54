package import MeshModel

/// The walkthrough's mesh: a service with workloads of some versions, and clients that call it, as
/// processes of this program.
package struct LocalMeshPlan: Hashable, Sendable {
  package struct Client: Hashable, Sendable {
    /// Its process' and its node's name, such as `client-admin`.
    package var name: String
    /// Sent with every call.
    package var headers: [HeaderField]

    package init(name: String, headers: [HeaderField] = []) {
      self.name = name
      self.headers = headers
    }
  }

  /// The label by which a DestinationRule's subsets select.
  package static let versionLabel = "dubbogoAppVersion"
  package static let nameLabel = "app.kubernetes.io/name"

  package var workloads: WorkloadCounts
  package var clients: [Client]
  /// Calls a second and client.
  package var rate: Double
  package var application: String
  package var namespace: String
  /// The service's port, and the first that a workload tries.
  package var port: UInt16

  package init(
    workloads: WorkloadCounts = WorkloadCounts([
      WorkloadCounts.Item(label: "v1", count: 1), WorkloadCounts.Item(label: "v2", count: 1),
    ]),
    clients: [Client] = [
      Client(name: "client-admin", headers: [HeaderField(name: "user", value: "admin")]),
      Client(name: "client-plain"),
    ],
    rate: Double = 20,
    application: String = "dubbo-go-server",
    namespace: String = "default",
    port: UInt16 = 20_000
  ) {
    self.workloads = workloads
    self.clients = clients
    self.rate = rate
    self.application = application
    self.namespace = namespace
    self.port = port
  }

  package var host: HostName { HostName(application, inNamespace: namespace) }

  package var service: MeshService {
    MeshService(host: host, ports: [MeshService.Port(name: "triple", number: port)])
  }

  /// The workloads that were started by hand, taken to be up.
  package var foreignWorkloads: [Workload] {
    workloads.items.compactMap { item in
      item.address.map { address in
        var workload = workload(item.label, id: "\(application)-\(item.label)@\(address)")
        workload.address = address.host
        workload.port = address.port
        return workload
      }
    }
  }

  /// The clients' processes, for an engine whose ADS listens on `xdsAddress` (`host:port`).
  package func clients(of xdsAddress: String) -> [ChildCommand] {
    clients.map { command($0, xdsAddress: xdsAddress) }
  }

  /// The node ID by which a client names itself to the engine.
  package func nodeID(of client: Client) -> String {
    "sidecar~127.0.0.1~\(client.name).\(namespace)~\(namespace).\(HostName.clusterDomain)"
  }

  /// The workloads' processes.
  package var servers: [ChildCommand] {
    var servers: [ChildCommand] = []
    for item in workloads.items {
      for number in 0..<item.count {
        servers.append(server(item.label, number: number + 1, index: servers.count))
      }
    }
    return servers
  }

  private func server(_ label: String, number: Int, index: Int) -> ChildCommand {
    var workload = workload(label, id: "\(application)-\(label)-\(number)")
    // Each begins its search at another port, so that they don't race for the same one.
    workload.port = port &+ UInt16(truncatingIfNeeded: index)
    return ChildCommand(
      id: workload.id,
      kind: .workload(workload),
      arguments: [
        "workload", "server", "--version", workload.workloadVersion, "--address", workload.address,
        "--port", "\(workload.port)", "--port-search", "--lifeline", "--json-ready",
      ]
    )
  }

  private func workload(_ label: String, id: String) -> Workload {
    Workload(
      id: id,
      host: host,
      address: "127.0.0.1",
      port: port,
      workloadVersion: LocalMeshPlan.workloadVersion(of: label),
      labels: [LocalMeshPlan.versionLabel: label, LocalMeshPlan.nameLabel: application]
    )
  }

  private func command(_ client: Client, xdsAddress: String) -> ChildCommand {
    var arguments = [
      "workload", "client", "--name", client.name, "--target", "xds:///\(host):\(port)",
    ]
    for header in client.headers {
      arguments += ["--header", "\(header.name)=\(header.value)"]
    }
    arguments += ["--rate", rateText, "--quiet", "--lifeline", "--json-ready"]
    let bootstrap = BootstrapText(
      xdsAddress: xdsAddress,
      nodeID: nodeID(of: client),
      namespace: namespace,
      labels: [LocalMeshPlan.nameLabel: client.name]
    )
    return ChildCommand(
      id: client.name,
      kind: .client,
      arguments: arguments,
      // A file named by the other variable would count more.
      environment: ["GRPC_XDS_BOOTSTRAP_CONFIG": bootstrap.json, "GRPC_XDS_BOOTSTRAP": nil]
    )
  }

  private var rateText: String {
    Int(exactly: rate).map(String.init) ?? "\(rate)"
  }

  /// What a workload of a version label answers with: `v1` is `v1.0.0`, others are as they are.
  package static func workloadVersion(of label: String) -> String {
    let isMajor = label.first == "v" && UInt(label.dropFirst()) != nil
    return isMajor ? "\(label).0.0" : label
  }
}
