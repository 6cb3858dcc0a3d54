import MeshModel
import Testing

@Suite("Services and workloads from entries")
struct InventoryResolutionTests {
  private static let host = "greeter.default.svc.cluster.local"

  private static func entry(
    _ name: String = "greeter",
    hosts: [String] = [host],
    ports: [ServiceEntry.Port] = [ServiceEntry.Port(number: 20_000, name: "triple")],
    endpoints: [WorkloadEntry.Endpoint] = [],
    selector: [String: String]? = nil
  ) -> ServiceEntry {
    ServiceEntry(
      name: ResourceName(name: name),
      hosts: hosts,
      ports: ports,
      endpoints: endpoints,
      workloadSelector: selector
    )
  }

  private static func workload(
    _ name: String,
    _ address: String,
    _ labels: [String: String],
    namespace: String = "default"
  ) -> WorkloadEntry {
    WorkloadEntry(
      name: ResourceName(namespace: namespace, name: name),
      endpoint: WorkloadEntry.Endpoint(address: address, labels: labels)
    )
  }

  @Test("an endpoint's port is its own, else the target port, else the service's")
  func ports() throws {
    let ports = [
      ServiceEntry.Port(number: 1, name: "a"),
      ServiceEntry.Port(number: 2, name: "b", targetPort: 20),
      ServiceEntry.Port(number: 3, name: "c", targetPort: 30),
    ]
    let endpoint = WorkloadEntry.Endpoint(address: "10.0.0.1", ports: ["c": 300])
    let inventory = InventoryResolution(
      serviceEntries: [Self.entry(ports: ports, endpoints: [endpoint])],
      workloadEntries: []
    ).inventory
    let workload = try #require(inventory.workloads.first)
    #expect(workload.port == 1)
    #expect(workload.ports == [2: 20, 3: 300])
    #expect(inventory.services.first?.ports.map(\.number) == [1, 2, 3])
  }

  @Test("a selector takes the workloads of its namespace that have all of its labels")
  func selection() {
    let resolution = InventoryResolution(
      serviceEntries: [Self.entry(selector: ["app": "greeter"])],
      workloadEntries: [
        Self.workload("one", "10.0.0.1", ["app": "greeter", "version": "v1"]),
        Self.workload("two", "10.0.0.2", ["app": "other"]),
        Self.workload("three", "10.0.0.3", ["app": "greeter"], namespace: "elsewhere"),
      ]
    )
    #expect(resolution.inventory.workloads.map(\.id) == ["one"])
    #expect(resolution.inventory.workloads.map(\.workloadVersion) == ["v1"])
    #expect(resolution.findings.map(\.code) == [.workloadUnselected, .workloadUnselected])
    #expect(resolution.findings.map(\.object?.name) == ["two", "three"])
  }

  @Test("a workload of two services has two IDs, and one name in two namespaces too")
  func identity() {
    let inventory = InventoryResolution(
      serviceEntries: [
        Self.entry(hosts: ["a.example.com", "b.example.com"], selector: ["app": "x"])
      ],
      workloadEntries: [Self.workload("one", "10.0.0.1", ["app": "x"])]
    ).inventory
    let ids = inventory.workloads.map(\.id)
    #expect(ids == ["one", "default/one"])
    #expect(inventory.workloads.map(\.host.description) == ["a.example.com", "b.example.com"])
  }

  @Test(
    "the version is that of the first label that has one",
    arguments: [
      (["version": "v1", "dubbogoAppVersion": "v2"], "v1"),
      (["dubbogoAppVersion": "v2", "app.kubernetes.io/version": "3"], "v2"),
      (["app.kubernetes.io/version": "3"], "3"), (["version": ""], ""), ([:], ""),
    ]
  )
  func version(_ labels: [String: String], _ wanted: String) {
    #expect(WorkloadEntry.Endpoint(address: "10.0.0.1", labels: labels).workloadVersion == wanted)
  }

  @Test("what can't be is told with its place, and left out")
  func errors() {
    let resolution = InventoryResolution(
      serviceEntries: [
        Self.entry(
          endpoints: [
            WorkloadEntry.Endpoint(address: "10.0.0.1"),
            WorkloadEntry.Endpoint(address: "backend.example.com"),
            WorkloadEntry.Endpoint(address: "10.0.0.1"),
          ]
        ),
        Self.entry("again", endpoints: [WorkloadEntry.Endpoint(address: "10.0.0.2")]),
        Self.entry("wild", hosts: ["*.example.com"], ports: []),
      ],
      workloadEntries: []
    )
    let told = resolution.findings.map {
      "\($0.severity) \($0.object?.name ?? "") \($0.path) \($0.code)"
    }
    #expect(
      told == [
        "error greeter spec.endpoints[1].address addressInvalid",
        "warning greeter spec.endpoints[2].address endpointDuplicate",
        "error again spec.hosts[0] serviceDuplicate",
        "error wild spec.ports portInvalid",
        "warning wild spec endpointsMissing",
        "error wild spec.hosts[0] hostInvalid",
      ]
    )
    #expect(resolution.inventory.services.map(\.host.description) == [Self.host])
    #expect(resolution.inventory.workloads.map(\.address) == ["10.0.0.1"])
  }

  @Test("rules are checked against workloads of entries")
  func findings() {
    let inventory = InventoryResolution(
      serviceEntries: [Self.entry(selector: ["app": "greeter"])],
      workloadEntries: [Self.workload("one", "10.0.0.1", ["app": "greeter", "version": "v1"])]
    ).inventory
    let rule = DestinationRule(
      name: ResourceName(name: "greeter"),
      host: "greeter",
      subsets: ["v1", "v2"].map { Subset(name: $0, labels: ["version": $0]) }
    )
    let findings = MeshRules(destinationRules: [rule]).findings(inventory: inventory)
    #expect(findings.map(\.code) == [.subsetWithoutWorkload])
    #expect(findings.map(\.subset) == [1])
  }
}
