/// What entries of files come to: the services and workloads, and what can't be.
///
/// What has an error is left out of the inventory; everything else is in it.
package struct InventoryResolution: Hashable, Sendable {
  package private(set) var inventory = MeshInventory()
  /// In the order of the entries.
  package private(set) var findings: [EntryFinding] = []

  private var takenIDs: Set<String> = []
  private var usedEntries: Set<ResourceName> = []
  private var servicesByAddress: [String: ResourceName] = [:]

  /// Resolves entries as Istio does.
  ///
  /// - Parameters:
  ///   - serviceEntries: Each host of each becomes a service; of equal hosts the first counts.
  ///   - workloadEntries: Serve the entries of their namespace that select their labels.
  package init(serviceEntries: [ServiceEntry], workloadEntries: [WorkloadEntry]) {
    var hosts: [HostName: ResourceName] = [:]
    let byNamespace = Dictionary(grouping: workloadEntries, by: \.name.namespace)
    for entry in serviceEntries {
      checkPorts(of: entry)
      let endpoints = endpoints(of: entry, among: byNamespace[entry.name.namespace] ?? [])
      checkAddresses(of: entry)
      for (index, text) in entry.hosts.enumerated() {
        let host = HostName(text, inNamespace: entry.name.namespace)
        guard isUsable(text, host, at: index, of: entry, given: hosts[host]) else { continue }
        hosts[host] = entry.name
        add(host, of: entry, endpoints)
      }
    }
    for entry in workloadEntries where !usedEntries.contains(entry.name) {
      let message =
        "no ServiceEntry of namespace \(entry.name.namespace) selects its labels; "
        + "want one with a workloadSelector that does"
      add(.warning, .workloadUnselected, .workloadEntry, entry.name, "labels", message)
    }
  }

  // MARK: Services

  private mutating func isUsable(
    _ text: String,
    _ host: HostName,
    at index: Int,
    of entry: ServiceEntry,
    given owner: ResourceName?
  ) -> Bool {
    if let problem = HostName.problem(with: text, allowsWildcard: false) {
      add(.error, .hostInvalid, .serviceEntry, entry.name, "hosts[\(index)]", problem)
      return false
    }
    guard let owner else { return true }
    let message =
      owner == entry.name
      ? "host \(host) is listed twice; want it once"
      : "host \(host) is that of ServiceEntry \(owner) too; want one entry a host"
    add(.error, .serviceDuplicate, .serviceEntry, entry.name, "hosts[\(index)]", message)
    return false
  }

  private mutating func checkPorts(of entry: ServiceEntry) {
    if entry.hosts.isEmpty {
      add(.error, .hostsMissing, .serviceEntry, entry.name, "", "it has no host; want one at least")
    }
    if entry.ports.isEmpty {
      add(.error, .portInvalid, .serviceEntry, entry.name, "", "it has no port; want one at least")
    }
    var numbers: Set<UInt16> = []
    var names: Set<String> = []
    for (index, port) in entry.ports.enumerated() {
      let path = "ports[\(index)]"
      if !numbers.insert(port.number).inserted {
        let message = "port \(port.number) is listed twice; want each number once"
        add(.error, .portInvalid, .serviceEntry, entry.name, "\(path).number", message)
      }
      if !names.insert(port.name).inserted {
        let message = "two ports are named \"\(port.name)\"; want each name once"
        add(.error, .portInvalid, .serviceEntry, entry.name, "\(path).name", message)
      }
    }
  }

  private mutating func checkAddresses(of entry: ServiceEntry) {
    for (index, address) in entry.addresses.enumerated() {
      let path = "addresses[\(index)]"
      guard IPAddressText.isIPAddress(address) else {
        let message = "address \"\(address)\" is no IP address; want one such as 127.0.0.77"
        add(.error, .addressInvalid, .serviceEntry, entry.name, path, message)
        continue
      }
      for port in entry.ports {
        let place = "\(address):\(port.number)"
        guard let owner = servicesByAddress.updateValue(entry.name, forKey: place),
          owner != entry.name
        else { continue }
        let message =
          "\(place) is the address of ServiceEntry \(owner) too, so an Envoy can't tell their "
          + "callers apart; want another address or another port"
        add(.warning, .addressShared, .serviceEntry, entry.name, path, message)
      }
    }
  }

  private mutating func add(
    _ host: HostName,
    of entry: ServiceEntry,
    _ endpoints: [ServiceEndpoint]
  ) {
    inventory.services.append(
      MeshService(
        host: host,
        ports: entry.ports.map { MeshService.Port(name: $0.name, number: $0.number) },
        addresses: entry.addresses.filter { IPAddressText.isIPAddress($0) }
      )
    )
    for endpoint in endpoints {
      guard var workload = Workload(endpoint, of: entry, host: host) else { continue }
      workload.id = freeID(for: workload, named: endpoint.name, namespace: entry.name.namespace)
      inventory.workloads.append(workload)
    }
  }

  // MARK: Endpoints

  private mutating func endpoints(
    of entry: ServiceEntry,
    among workloadEntries: [WorkloadEntry]
  ) -> [ServiceEndpoint] {
    guard let selector = entry.workloadSelector else { return ownEndpoints(of: entry) }
    if !entry.endpoints.isEmpty {
      let message = "it has both endpoints and a workloadSelector; want one of them"
      add(.error, .endpointsMissing, .serviceEntry, entry.name, "workloadSelector", message)
    }
    let selected = workloadEntries.filter { $0.endpoint.labels.hasAll(selector) }
    if selected.isEmpty {
      let message =
        "no WorkloadEntry of namespace \(entry.name.namespace) has \(selector.labelText), "
        + "so its calls fail; want one"
      add(.warning, .endpointsMissing, .serviceEntry, entry.name, "workloadSelector", message)
    }
    usedEntries.formUnion(selected.map(\.name))
    return usable(
      selected.map { ServiceEndpoint(name: $0.name.name, endpoint: $0.endpoint) },
      of: entry
    ) { (.workloadEntry, selected[$0].name, "") }
  }

  private mutating func ownEndpoints(of entry: ServiceEntry) -> [ServiceEndpoint] {
    if entry.endpoints.isEmpty {
      let message = "it has no endpoint, so its calls fail; want endpoints or a workloadSelector"
      add(.warning, .endpointsMissing, .serviceEntry, entry.name, "", message)
    }
    return usable(
      entry.endpoints.map { ServiceEndpoint(name: nil, endpoint: $0) },
      of: entry
    ) { (.serviceEntry, entry.name, "endpoints[\($0)].") }
  }

  /// Leaves out what has no IP address, and what is there twice.
  private mutating func usable(
    _ endpoints: [ServiceEndpoint],
    of entry: ServiceEntry,
    place: (Int) -> (kind: MeshObjectKind, name: ResourceName, path: String)
  ) -> [ServiceEndpoint] {
    var seen: Set<[String]> = []
    let names = Set(entry.ports.map(\.name))
    var usable: [ServiceEndpoint] = []
    for (index, endpoint) in endpoints.enumerated() {
      let place = place(index)
      let address = endpoint.endpoint.address
      guard IPAddressText.isIPAddress(address) else {
        let message =
          "address \"\(address)\" is no IP address; want one, "
          + "since gRPC and Envoy refuse names in endpoints"
        add(.error, .addressInvalid, place.kind, place.name, place.path + "address", message)
        continue
      }
      for name in endpoint.endpoint.ports.keys.sorted() where !names.contains(name) {
        let message =
          "port \"\(name)\" is none of ServiceEntry \(entry.name); "
          + "want \(names.sorted().joined(separator: ", "))"
        add(.warning, .portInvalid, place.kind, place.name, place.path + "ports", message)
      }
      let ports = entry.ports.map { "\(endpoint.endpoint.number(for: $0))" }
      guard seen.insert([address] + ports).inserted else {
        let message = "\(address):\(ports.first ?? "") serves \(entry.name) twice; the first counts"
        add(.warning, .endpointDuplicate, place.kind, place.name, place.path + "address", message)
        continue
      }
      usable.append(endpoint)
    }
    return usable
  }

  // MARK: Names

  /// An ID that no other workload has: the entry's name, or host and address; if that is taken, with
  /// the namespace, then with the host.
  private mutating func freeID(
    for workload: Workload,
    named name: String?,
    namespace: String
  ) -> String {
    let label = workload.host.description.split(separator: ".").first.map(String.init) ?? ""
    let plain = name ?? "\(label)-\(workload.address):\(workload.port)"
    let withHost = "\(plain)@\(workload.host):\(workload.port)"
    let candidates = [plain, "\(namespace)/\(plain)", withHost]
    let id = candidates.first { !takenIDs.contains($0) } ?? "\(withHost)#\(takenIDs.count)"
    takenIDs.insert(id)
    return id
  }

  private mutating func add(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    _ kind: MeshObjectKind,
    _ object: ResourceName,
    _ path: String,
    _ message: String
  ) {
    findings.append(
      EntryFinding(
        severity,
        code,
        "\(kind.rawValue) \(object): \(message)",
        kind: kind,
        object: object,
        path: path
      )
    )
  }
}
