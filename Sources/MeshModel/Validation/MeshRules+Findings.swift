extension MeshRules {
  /// Everything that the checks have to say: errors first, then warnings, each in the book's order.
  ///
  /// O(n²) in the matches of a VirtualService, as each is held against the earlier ones.
  package func findings(inventory: MeshInventory) -> [Finding] {
    let context = CheckContext(rules: self, inventory: inventory)
    var findings = duplicateVirtualServices + duplicateDestinationRules
    findings += virtualServices.flatMap { VirtualServiceCheck($0, context).findings }
    findings += destinationRules.flatMap { context.findings(on: $0) }
    return findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
  }

  private var duplicateVirtualServices: [Finding] {
    var names: Set<ResourceName> = []
    var owners: [String: ResourceName] = [:]
    var findings: [Finding] = []
    for service in virtualServices {
      if !names.insert(service.name).inserted {
        findings.append(.sameName("VirtualServices", .virtualServiceDuplicate, service.name))
      }
      for host in Set(service.hosts.map(service.qualified)).sorted() {
        guard let owner = owners[host] else {
          owners[host] = service.name
          continue
        }
        guard owner != service.name else { continue }
        let message =
          "host \(host) of VirtualService \(service.name) is also that of \(owner), "
          + "whose rules decide; want one VirtualService a host"
        findings.append(
          Finding(.warning, .virtualServiceDuplicate, message, object: service.name)
        )
      }
    }
    return findings
  }

  private var duplicateDestinationRules: [Finding] {
    var names: Set<ResourceName> = []
    var owners: [HostName: ResourceName] = [:]
    var findings: [Finding] = []
    for rule in destinationRules {
      if !names.insert(rule.name).inserted {
        findings.append(.sameName("DestinationRules", .destinationRuleDuplicate, rule.name))
      }
      let host = HostName(rule.host, inNamespace: rule.name.namespace)
      guard let owner = owners[host], owner != rule.name else {
        owners[host] = owners[host] ?? rule.name
        continue
      }
      let message =
        "host \(host) of DestinationRule \(rule.name) is also that of \(owner), and subsets that "
        + "both name are the first one's; want one DestinationRule a host"
      findings.append(Finding(.warning, .destinationRuleDuplicate, message, object: rule.name))
    }
    return findings
  }
}

extension VirtualService {
  /// A host of its list in full; wildcards as they are.
  fileprivate func qualified(_ host: String) -> String {
    host.hasPrefix("*")
      ? host.lowercased() : HostName(host, inNamespace: name.namespace).description
  }
}

extension Finding {
  fileprivate static func sameName(
    _ kind: String,
    _ code: MeshConfigError.Code,
    _ name: ResourceName
  ) -> Finding {
    Finding(
      .error,
      code,
      "there are two \(kind) of the name \(name); want each name once",
      object: name
    )
  }
}
