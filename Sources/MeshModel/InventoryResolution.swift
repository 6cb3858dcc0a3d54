/// What entries of files come to: the services and workloads, and what can't be.
///
/// What has an error is left out of the inventory; everything else is in it.
package struct InventoryResolution: Hashable, Sendable {
  package private(set) var inventory = MeshInventory()
  /// In the order of the entries.
  package private(set) var findings: [Finding] = []

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
      for problem in entry.problems { add(problem, .serviceEntry, entry.name) }
      let endpoints = endpoints(of: entry, among: byNamespace[entry.name.namespace] ?? [])
      checkAddresses(of: entry)
      for (index, text) in entry.hosts.enumerated() {
        let host = HostName(text, inNamespace: entry.name.namespace)
        guard isUsable(text, host, at: index, of: entry, given: hosts[host]) else { continue }
        hosts[host] = entry.name
        add(host, of: entry, endpoints)
      }
    }
    for entry in workloadEntries {
      for problem in entry.endpoint.problems { add(problem, .workloadEntry, entry.name) }
      guard !usedEntries.contains(entry.name) else { continue }
      let problem = FieldProblem.warning(
        .workloadUnselected,
        at: "labels",
        "no ServiceEntry of namespace \(entry.name.namespace) selects its labels; "
          + "want one with a workloadSelector that does",
        fix: "add its labels to a workloadSelector, or correct them"
      )
      add(problem, .workloadEntry, entry.name)
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
      let path = "hosts[\(index)]"
      let fix = "write the host in full"
      add(.error(.hostInvalid, at: path, problem, fix: fix), .serviceEntry, entry.name)
      return false
    }
    guard let owner else { return true }
    let message =
      owner == entry.name
      ? "host \(host) is listed twice; want it once"
      : "host \(host) is that of ServiceEntry \(owner) too; want one entry a host"
    let path = "hosts[\(index)]"
    let fix = "remove the host from one of them"
    add(.error(.serviceDuplicate, at: path, message, fix: fix), .serviceEntry, entry.name)
    return false
  }

  private mutating func checkAddresses(of entry: ServiceEntry) {
    for (index, address) in entry.addresses.enumerated() {
      let path = "addresses[\(index)]"
      guard IPAddressText.isIPAddress(address) else {
        let message = "address \"\(address)\" is no IP address; want one such as 127.0.0.77"
        let fix = "write an IP address"
        add(.error(.addressInvalid, at: path, message, fix: fix), .serviceEntry, entry.name)
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
        let fix = "give it an address of its own, such as 127.0.0.77"
        add(.warning(.addressShared, at: path, message, fix: fix), .serviceEntry, entry.name)
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
    if let resolution = entry.unappliedResolution {
      let message =
        "resolution is \(resolution), which gives no endpoint here, so its calls fail; "
        + "want STATIC, and endpoints with IP addresses"
      let fix = "set resolution to STATIC"
      add(
        .warning(.endpointsMissing, at: "resolution", message, fix: fix),
        .serviceEntry,
        entry.name
      )
      return []
    }
    guard let selector = entry.workloadSelector else { return ownEndpoints(of: entry) }
    if !entry.endpoints.isEmpty {
      let message = "it has both endpoints and a workloadSelector; want one of them"
      let fix = "remove endpoints or workloadSelector"
      add(
        .error(.endpointsMissing, at: "workloadSelector", message, fix: fix),
        .serviceEntry,
        entry.name
      )
    }
    let selected = workloadEntries.filter { $0.endpoint.labels.hasAll(selector) }
    if selected.isEmpty {
      let message =
        "no WorkloadEntry of namespace \(entry.name.namespace) has \(selector.labelText), "
        + "so its calls fail; want one"
      let fix = "add a WorkloadEntry with \(selector.labelText)"
      add(
        .warning(.endpointsMissing, at: "workloadSelector", message, fix: fix),
        .serviceEntry,
        entry.name
      )
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
      let fix = "add endpoints or a workloadSelector"
      add(.warning(.endpointsMissing, message, fix: fix), .serviceEntry, entry.name)
    }
    return usable(
      entry.endpoints.map { ServiceEndpoint(name: nil, endpoint: $0) },
      of: entry
    ) { (.serviceEntry, entry.name, "endpoints[\($0)]") }
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
        let path = place.path.joinedPath("address")
        let fix = "write an IP address"
        add(.error(.addressInvalid, at: path, message, fix: fix), place.kind, place.name)
        continue
      }
      for name in endpoint.endpoint.ports.keys.sorted() where !names.contains(name) {
        let message =
          "port \"\(name)\" is none of ServiceEntry \(entry.name); "
          + "want \(names.sorted().joined(separator: ", "))"
        let path = place.path.joinedPath("ports[\(name)]")
        let fix = "name a port of ServiceEntry \(entry.name)"
        add(.warning(.portUnknown, at: path, message, fix: fix), place.kind, place.name)
      }
      let ports = entry.ports.map { "\(endpoint.endpoint.number(for: $0))" }
      guard seen.insert([address] + ports).inserted else {
        let message =
          "\(address):\(ports.first ?? "") serves \(entry.name) twice, and the first counts; want it once"
        let path = place.path.joinedPath("address")
        let fix = "remove one of them"
        add(.warning(.endpointDuplicate, at: path, message, fix: fix), place.kind, place.name)
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
    _ problem: FieldProblem,
    _ kind: MeshObjectKind,
    _ object: ResourceName
  ) {
    var list = FindingList(on: kind, object)
    list.add(problem)
    findings += list.findings
  }
}
