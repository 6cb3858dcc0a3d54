internal import AdminProtos
internal import MeshModel
internal import MeshPicture

extension AdminV1.ServicePicture {
  /// The service on top of what the reader has of it; nil for nothing.
  init(_ service: ServicePicture, since old: ServicePicture?) {
    self.init()
    host = service.host.description
    port = UInt32(service.port)
    if let name = service.virtualService { virtualService = .init(name) }
    if let change = AdminV1.RulesChange(from: old?.rules ?? [], to: service.rules) {
      rules = change
    }
    subsets = service.subsets.map(AdminV1.SubsetPicture.init)
    callsPerSecond = service.callsPerSecond
    if let share = service.errorShare { errorShare = share }
    if let latency = service.latencyP50 { latencyP50 = latency }
    if let latency = service.latencyP99 { latencyP99 = latency }
    failedUnplaced = service.failedUnplaced
    unattributed = service.unattributed.map { calls in
      var wire = AdminV1.SubsetCalls()
      wire.subset = calls.subset
      wire.calls = calls.calls
      return wire
    }
    betweenRevisions = service.betweenRevisions
  }
}

extension ServicePicture {
  init(_ wire: AdminV1.ServicePicture, since old: ServicePicture?) throws(AdminWireError) {
    var rules = old?.rules ?? []
    if wire.hasRules {
      try rules.take(wire.rules) { (item, old) throws(AdminWireError) in
        try RulePicture(item.rule, since: old)
      }
    }
    self.init(
      host: HostName(wire.host),
      port: try AdminWire.port(wire.port, "ServicePicture.port"),
      virtualService: wire.hasVirtualService ? ResourceName(wire.virtualService) : nil,
      rules: rules,
      subsets: wire.subsets.map(SubsetPicture.init),
      callsPerSecond: wire.callsPerSecond,
      errorShare: wire.hasErrorShare ? wire.errorShare : nil,
      latencyP50: wire.hasLatencyP50 ? wire.latencyP50 : nil,
      latencyP99: wire.hasLatencyP99 ? wire.latencyP99 : nil,
      failedUnplaced: wire.failedUnplaced,
      unattributed: wire.unattributed.map { SubsetCalls(subset: $0.subset, calls: $0.calls) },
      betweenRevisions: wire.betweenRevisions
    )
  }
}

extension AdminV1.SubsetPicture {
  init(_ subset: SubsetPicture) {
    self.init()
    name = subset.name
    labels = subset.labels
    ready = Int64(subset.ready)
    failed = subset.failed
  }
}

extension SubsetPicture {
  init(_ wire: AdminV1.SubsetPicture) {
    self.init(name: wire.name, labels: wire.labels, ready: Int(wire.ready), failed: wire.failed)
  }
}

extension AdminV1.RulesChange {
  init?(from old: [RulePicture], to new: [RulePicture]) {
    self.init(
      from: old,
      to: new,
      shift: { ListShift(of: $0, $1) { $0.route == $1.route } },
      write: { item, element, old in item.rule = .init(element, since: old) }
    )
  }
}

extension AdminV1.RulePicture {
  init(_ rule: RulePicture, since old: RulePicture?) {
    self.init()
    if rule.route != old?.route { route = .init(route: rule.route) }
    findings = rule.findings.map(AdminV1.Finding.init)
    notes = rule.notes.map { note in
      var wire = Note()
      wire.profile = note.profile
      wire.clients = Int64(note.clients)
      wire.message = note.message
      return wire
    }
    ratio = .init(rule.ratio)
  }
}

extension RulePicture {
  init(_ wire: AdminV1.RulePicture, since old: RulePicture?) throws(AdminWireError) {
    self.init(
      route: wire.hasRoute
        ? try HTTPRoute(wire.route) : try wanted(old?.route, "RulePicture.route"),
      findings: try wire.findings.mapped(Finding.init),
      notes: wire.notes.map {
        Note(profile: $0.profile, clients: Int($0.clients), message: $0.message)
      },
      ratio: try RatioPicture(wire.ratio)
    )
  }
}
