extension MeshRules {
  /// Everything that the checks have to say: errors first, then warnings, each in the book's order.
  ///
  /// About linear in the rules. ``RuleChecks`` says the same of one revision after another, for what
  /// an edit changes. `inventory` is what runs; the services and workloads of the rules' own entries
  /// may be among it or not.
  package func findings(inventory: MeshInventory) -> [Finding] {
    var checks = RuleChecks()
    return checks.findings(on: self, inventory: inventory)
  }

  /// What is to be said of objects of one name, and of VirtualServices and DestinationRules for one
  /// host.
  var duplicates: [Finding] { duplicateVirtualServices + duplicateDestinationRules }

  private var duplicateVirtualServices: [Finding] {
    var names: Set<ResourceName> = []
    var owners: [String: ResourceName] = [:]
    var findings: [Finding] = []
    for service in virtualServices {
      var list = FindingList(on: .virtualService, service.name)
      if !names.insert(service.name).inserted {
        list.add(.sameName("VirtualServices", .virtualServiceDuplicate, service.name))
      }
      for (index, text) in service.hosts.enumerated() {
        let host = service.qualified(text)
        guard let owner = owners[host], owner != service.name else {
          owners[host] = service.name
          continue
        }
        list.add(
          .warning(
            .virtualServiceDuplicate,
            at: "hosts[\(index)]",
            "host \(host) is also that of \(owner), whose rules decide; "
              + "want one VirtualService a host",
            fix: "move the rules into VirtualService \(owner)"
          )
        )
      }
      findings += list.findings
    }
    return findings
  }

  private var duplicateDestinationRules: [Finding] {
    var names: Set<ResourceName> = []
    var owners: [HostName: ResourceName] = [:]
    var findings: [Finding] = []
    for rule in destinationRules {
      var list = FindingList(on: .destinationRule, rule.name)
      if !names.insert(rule.name).inserted {
        list.add(.sameName("DestinationRules", .destinationRuleDuplicate, rule.name))
      }
      let host = HostName(rule.host, inNamespace: rule.name.namespace)
      if let owner = owners[host], owner != rule.name {
        list.add(
          .warning(
            .destinationRuleDuplicate,
            at: "host",
            "host \(host) is also that of \(owner), and subsets that both name are the first "
              + "one's; want one DestinationRule a host",
            fix: "move the subsets into DestinationRule \(owner)"
          )
        )
      } else {
        owners[host] = rule.name
      }
      findings += list.findings
    }
    return findings
  }
}

extension FieldProblem {
  fileprivate static func sameName(
    _ kind: String,
    _ code: MeshConfigError.Code,
    _ name: ResourceName
  ) -> FieldProblem {
    .error(
      code,
      "there are two \(kind) of the name \(name); want each name once",
      fix: "rename or delete one of them"
    )
  }
}
