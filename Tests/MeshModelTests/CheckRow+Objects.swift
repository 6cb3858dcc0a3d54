import MeshModel

extension CheckRow {
  static let ofObjects: [CheckRow] = [
    CheckRow(.warning, .hostsMissing, at: "VirtualService spec.hosts") {
      $0.virtualServices[0].hosts = []
    },
    CheckRow(.error, .hostInvalid, at: "VirtualService spec.hosts[1]") {
      $0.virtualServices[0].hosts.append("a..b")
    },
    CheckRow(.error, .hostDuplicate, at: "VirtualService spec.hosts[1]") {
      $0.virtualServices[0].hosts.append("Dubbo-Go-Server")
    },
    CheckRow(.warning, .hostDuplicate, at: "VirtualService spec.hosts[0]") {
      $0.virtualServices[0].hosts.append("*.default.svc.cluster.local")
    },
    CheckRow(.warning, .hostUnknown, at: "VirtualService spec.hosts[1]") {
      $0.virtualServices[0].hosts.append("nobody")
    },
    CheckRow(.error, .gatewayInvalid, at: "VirtualService spec.gateways[1]") {
      $0.virtualServices[0].gateways = ["mesh", "a b"]
    },
    CheckRow(.warning, .gatewayOnly, at: "VirtualService spec.gateways") {
      $0.virtualServices[0].gateways = ["shop/edge"]
    },
    CheckRow(.error, .defaultRuleMissing, at: "VirtualService spec.http") {
      $0.virtualServices[0].http = []
    },
    CheckRow(.warning, .defaultRuleMissing, at: "VirtualService spec.http") {
      $0.virtualServices[0].http[0].matches = [HTTPMatch(headers: [.init("user", .present)])]
    },
    CheckRow(.warning, .ruleUnreachable, at: "VirtualService spec.http[1]") {
      $0.virtualServices[0].http.append($0.virtualServices[0].http[0])
    },
    CheckRow(.error, .virtualServiceDuplicate, at: "VirtualService spec") {
      $0.virtualServices.append($0.virtualServices[0])
    },
    CheckRow(.warning, .virtualServiceDuplicate, at: "VirtualService spec.hosts[0]") {
      $0.virtualServices.append($0.virtualServices[0])
      $0.virtualServices[1].name = ResourceName(name: "other")
    },
    CheckRow(.warning, .delegateUnknown, at: "VirtualService spec.http[0].delegate") {
      delegate(&$0)
    },
    CheckRow(.warning, .delegateUnknown, at: "VirtualService spec.http[0].delegate") {
      $0.virtualServices.append($0.virtualServices[0])
      $0.virtualServices[1].name = ResourceName(name: "leaf")
      delegate(&$0)
    },
    CheckRow(.warning, .delegateConflict, at: "VirtualService spec.http[0].delegate") {
      $0.virtualServices.append(leaf($0, HTTPMatch(uri: .exact("/b"))))
      delegate(&$0)
      $0.virtualServices[0].http[0].matches = [HTTPMatch(uri: .prefix("/a"))]
    },
    CheckRow(.error, .delegateInvalid, at: "VirtualService spec.http[0].delegate") {
      $0.virtualServices.append(leaf($0, HTTPMatch()))
      $0.virtualServices[1].http[0].delegate = ResourceName(name: "third")
      $0.virtualServices[1].http[0].destinations = []
      delegate(&$0)
    },
    CheckRow(.error, .delegateInvalid, at: "VirtualService spec.gateways") {
      $0.virtualServices[0].hosts = []
      $0.virtualServices[0].gateways = ["mesh"]
    },
    CheckRow(.error, .hostInvalid, at: "DestinationRule spec.host") {
      $0.destinationRules[0].host = ""
    },
    CheckRow(.warning, .hostUnknown, at: "DestinationRule spec.host") {
      $0.destinationRules.append(
        DestinationRule(name: ResourceName(name: "b"), host: "nobody", subsets: [])
      )
    },
    CheckRow(.error, .destinationRuleDuplicate, at: "DestinationRule spec") {
      $0.destinationRules.append($0.destinationRules[0])
    },
    CheckRow(.warning, .destinationRuleDuplicate, at: "DestinationRule spec.host") {
      $0.destinationRules.append($0.destinationRules[0])
      $0.destinationRules[1].name = ResourceName(name: "other")
    },
    CheckRow(.error, .subsetNameInvalid, at: "DestinationRule spec.subsets[0].name") {
      $0.destinationRules[0].subsets[0].name = "v|1"
    },
    CheckRow(.error, .subsetDuplicate, at: "DestinationRule spec.subsets[2].name") {
      $0.destinationRules[0].subsets.append($0.destinationRules[0].subsets[0])
    },
    CheckRow(.warning, .subsetWithoutLabels, at: "DestinationRule spec.subsets[0].labels") {
      $0.destinationRules[0].subsets[0].labels = [:]
    },
    CheckRow(.error, .labelInvalid, at: "DestinationRule spec.subsets[0].labels[version]") {
      $0.destinationRules[0].subsets[0].labels = ["version": "a b"]
    },
    CheckRow(.warning, .subsetWithoutWorkload, at: "DestinationRule spec.subsets[2].labels") {
      $0.destinationRules[0].subsets.append(Subset(name: "v3", labels: ["a": "b"]))
    },
    CheckRow(.warning, .subsetWithoutWorkload, at: "VirtualService \(firstSubset)") {
      $0.destinationRules[0].subsets[0].labels = ["x": "y"]
    },
  ]

  private static let firstSubset = "spec.http[0].route[0].destination.subset"

  static let ofEntries: [CheckRow] = [
    .entry(.error, .hostsMissing, at: "hosts") { $0.hosts = [] },
    .entry(.error, .hostInvalid, at: "hosts[0]") { $0.hosts = ["*"] },
    .entry(.error, .serviceDuplicate, at: "hosts[1]") { $0.hosts.append($0.hosts[0]) },
    .entry(.error, .portInvalid, at: "ports") { $0.ports = [] },
    .entry(.error, .portInvalid, at: "ports[1].number") { $0.ports.append($0.ports[0]) },
    .entry(.error, .portInvalid, at: "ports[0].name") { $0.ports[0].name = "a b" },
    .entry(.error, .portInvalid, at: "ports[0].protocol") { $0.ports[0].protocolName = "GRCP" },
    .entry(.error, .portInvalid, at: "ports[0].targetPort") { $0.ports[0].targetPort = 0 },
    .entry(.error, .portInvalid, at: "endpoints[0].ports[grpc]") {
      $0.endpoints[0].ports = ["grpc": 0]
    },
    .entry(.warning, .portUnknown, at: "endpoints[0].ports[http]") {
      $0.endpoints[0].ports = ["http": 80]
    },
    .entry(.error, .addressInvalid, at: "addresses[0]") { $0.addresses = ["shop"] },
    .entry(.error, .addressInvalid, at: "endpoints[0].address") { $0.endpoints[0].address = "x" },
    .entry(.warning, .endpointDuplicate, at: "endpoints[1].address") {
      $0.endpoints.append($0.endpoints[0])
    },
    .entry(.error, .labelInvalid, at: "endpoints[0].labels[a]") {
      $0.endpoints[0].labels = ["a": "-"]
    },
    .entry(.error, .endpointsMissing, at: "workloadSelector") { $0.workloadSelector = ["a": "b"] },
    .entry(.warning, .endpointsMissing, at: "workloadSelector") {
      ($0.endpoints, $0.workloadSelector) = ([], ["a": "b"])
    },
    .entry(.warning, .selectorEmpty, at: "workloadSelector") {
      ($0.endpoints, $0.workloadSelector) = ([], [:])
    },
    CheckRow(.warning, .addressShared, at: "ServiceEntry spec.addresses[0]") { rules in
      for name in ["one", "two"] {
        rules.serviceEntries.append(
          ServiceEntry(
            name: ResourceName(name: name),
            hosts: [name],
            addresses: ["127.0.0.9"],
            ports: [ServiceEntry.Port(number: 80, name: "grpc")],
            endpoints: [WorkloadEntry.Endpoint(address: "10.0.0.1")]
          )
        )
      }
    },
    CheckRow(.warning, .workloadUnselected, at: "WorkloadEntry spec.labels") {
      $0.workloadEntries = [
        WorkloadEntry(
          name: ResourceName(name: "a"),
          endpoint: WorkloadEntry.Endpoint(address: "10.0.0.1")
        )
      ]
    },
  ]

  /// Lets the first rule delegate to a VirtualService named `leaf`.
  private static func delegate(_ rules: inout MeshRules) {
    rules.virtualServices[0].http[0].destinations = []
    rules.virtualServices[0].http[0].delegate = ResourceName(name: "leaf")
  }

  private static func leaf(_ rules: MeshRules, _ match: HTTPMatch) -> VirtualService {
    var rule = rules.virtualServices[0].http[0]
    rule.matches = match.isEmpty ? [] : [match]
    return VirtualService(name: ResourceName(name: "leaf"), hosts: [], http: [rule])
  }
}
