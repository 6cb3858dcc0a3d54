package import MeshModel

extension WorkloadEntry {
  /// How a file says that an endpoint gets no calls: an annotation of a WorkloadEntry, or a label of
  /// it or of an endpoint of a ServiceEntry, with the value `healthy`, `unhealthy` or `draining`.
  ///
  /// `draining` gets no new calls and keeps those it has. The label is for Weir alone: it is none of
  /// the labels that subsets choose by.
  package static let healthKey = "weir.dev/health"
}

extension Forms {
  // MARK: ServiceEntry

  static let serviceEntry = ObjectForm(
    "ServiceEntry",
    start: ServiceEntry(
      name: ResourceName(name: ""),
      hosts: [],
      ports: [],
      // Istio's default, which can't be applied here.
      kept: KeptFields(spec: ["resolution": .string("NONE")])
    ),
    [
      .required("hosts", \.hosts, .strings),
      .several("addresses", \.addresses, .list(.ipAddress(ofEndpoint: false))),
      .required("ports", \.ports, .list(.object(servicePort))),
      .field("location", \.location, .words(), unless: .meshExternal),
      .always("resolution", \.resolution, .words()),
      .several("endpoints", \.endpoints, .list(.object(endpoint(address: .string)))),
      .optional(
        "workloadSelector",
        \.workloadSelector,
        .stringMap.inside("labels", of: "WorkloadSelector")
      ),
      .kept("exportTo", \.kept.spec, .strings),
      .kept("subjectAltNames", \.kept.spec, .strings),
    ]
  )

  private static let servicePort = ObjectForm(
    "ServicePort",
    start: ServiceEntry.Port(number: 0, name: ""),
    [
      .required("number", \.number, .port),
      .field("protocol", \.protocolName, .string, unless: ""),
      .required("name", \.name, .string),
      .optional("targetPort", \.targetPort, .port),
    ]
  )

  // MARK: Endpoints

  static let workloadEntry = endpoint(address: .ipAddress(ofEndpoint: true))

  private static func endpoint(
    address: ValueForm<String>
  ) -> ObjectForm<WorkloadEntry.Endpoint> {
    ObjectForm(
      "WorkloadEntry",
      start: WorkloadEntry.Endpoint(address: ""),
      [
        .required("address", \.address, address),
        .several("ports", \.ports, .map(.port)),
        .several("labels", \.labelsWithHealth, .stringMap).reading { field, _, notes in
          if let health = field.value[WorkloadEntry.healthKey] { notes.checkHealth(health) }
        },
        .kept("network", \.kept, .string),
        .optional("locality", \.localityText, .string),
        .field("weight", \.positiveWeight, .integer(), unless: 1),
        .kept("serviceAccount", \.kept, .string),
      ]
    )
  }
}

/// Istio's words for how addresses are found; of them only `STATIC` can be done here.
enum Resolution: String, CaseIterable {
  case none = "NONE"
  case `static` = "STATIC"
  case dns = "DNS"
  case dnsRoundRobin = "DNS_ROUND_ROBIN"
  case dynamicDNS = "DYNAMIC_DNS"
}

extension ServiceEntry {
  var resolution: Resolution {
    get {
      unappliedResolution.flatMap(Resolution.init) ?? .static
    }
    set { kept.spec["resolution"] = newValue == .static ? nil : .string(newValue.rawValue) }
  }
}

extension ReadingNotes {
  /// Says where a text is none of the words for a workload's health.
  mutating func checkHealth(_ node: YAMLNode) {
    let text = node.string ?? ""
    guard Workload.Health(rawValue: text) == nil else { return }
    add(
      .error,
      .valueInvalid,
      node.mark,
      "\(WorkloadEntry.healthKey) is \(ShownText.quoted(text)); want healthy, unhealthy, draining",
      suggestion: NearestName.nearest(to: text, among: ["healthy", "unhealthy", "draining"])
    )
  }
}

extension WorkloadEntry.Endpoint {
  fileprivate var labelsWithHealth: [String: String] {
    get {
      guard health != .healthy else { return labels }
      return labels.merging([WorkloadEntry.healthKey: health.rawValue]) { $1 }
    }
    set {
      labels = newValue
      let text = labels.removeValue(forKey: WorkloadEntry.healthKey)
      health = text.flatMap(Workload.Health.init) ?? .healthy
    }
  }

  fileprivate var localityText: String? {
    get {
      var parts = [locality.region, locality.zone, locality.subZone]
      while parts.last?.isEmpty == true { parts.removeLast() }
      return parts.isEmpty ? nil : parts.joined(separator: "/")
    }
    set {
      let parts = (newValue ?? "").split(
        separator: "/",
        maxSplits: 2,
        omittingEmptySubsequences: false
      ).map(String.init)
      locality = Locality(
        region: parts.first ?? "",
        zone: parts.count > 1 ? parts[1] : "",
        subZone: parts.count > 2 ? parts[2] : ""
      )
    }
  }

  /// Istio's default of 0 is a share of 1.
  fileprivate var positiveWeight: UInt32 {
    get { weight }
    set { weight = max(1, newValue) }
  }
}
