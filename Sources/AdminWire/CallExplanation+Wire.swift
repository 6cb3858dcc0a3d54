internal import AdminProtos
internal import MeshModel
package import MeshPicture

extension AdminV1.ExplainRequest {
  package init(_ request: ExplainRequest) {
    self.init()
    authority = request.authority
    path = request.path
    method = request.method
    headers = request.headers.map(AdminV1.Header.init)
    if let name = request.client { client = name }
    if let name = request.profile { profile = name }
    if let number = request.revision { revision = number }
  }
}

extension ExplainRequest {
  package init(_ wire: AdminV1.ExplainRequest) {
    self.init(
      authority: wire.authority,
      path: wire.path,
      method: wire.method,
      headers: wire.headers.map(HeaderField.init),
      client: wire.hasClient ? wire.client : nil,
      profile: wire.hasProfile ? wire.profile : nil,
      revision: wire.hasRevision ? wire.revision : nil
    )
  }
}

extension AdminV1.CallExplanation {
  package init(_ explanation: CallExplanation) {
    self.init()
    request = .init(explanation.request)
    revision = explanation.revision
    if let host = explanation.service { service = host.description }
    if let number = explanation.port { port = UInt32(number) }
    if let name = explanation.virtualService { virtualService = .init(name) }
    profile = explanation.profile
    skipped = explanation.skipped.map(Skipped.init)
    if let number = explanation.rule { rule = Int64(number) }
    if let name = explanation.routeName { routeName = name }
    switch explanation.outcome {
    case .routed: routed = .init()
    case .answered(let text): answered = text
    case .fails(let text): fails = text
    }
    shares = explanation.shares.map(Share.init)
    settings = explanation.settings
    resources = explanation.resources.map(Resource.init)
    notes = explanation.notes
    if let asked = explanation.client { client = .init(asked) }
  }
}

extension CallExplanation {
  package init(_ wire: AdminV1.CallExplanation) throws(AdminWireError) {
    let outcome: Outcome =
      switch try wanted(wire.outcome, "CallExplanation.outcome") {
      case .routed: .routed
      case .answered(let text): .answered(text)
      case .fails(let text): .fails(text)
      }
    self.init(
      request: ExplainRequest(wire.request),
      revision: wire.revision,
      service: wire.hasService ? HostName(wire.service) : nil,
      port: wire.hasPort ? try AdminWire.port(wire.port, "CallExplanation.port") : nil,
      virtualService: wire.hasVirtualService ? ResourceName(wire.virtualService) : nil,
      profile: wire.profile,
      skipped: try wire.skipped.mapped(Skipped.init),
      rule: wire.hasRule ? Int(wire.rule) : nil,
      routeName: wire.hasRouteName ? wire.routeName : nil,
      outcome: outcome,
      shares: try wire.shares.mapped(Share.init),
      settings: wire.settings,
      resources: wire.resources.map(Resource.init),
      notes: wire.notes,
      client: wire.hasClient ? Client(wire.client) : nil
    )
  }
}

extension AdminV1.CallExplanation.Skipped {
  init(_ skipped: CallExplanation.Skipped) {
    self.init()
    if let number = skipped.rule { rule = Int64(number) }
    routeName = skipped.routeName
    reason = .init(skipped.reason)
  }
}

extension CallExplanation.Skipped {
  init(_ wire: AdminV1.CallExplanation.Skipped) throws(AdminWireError) {
    self.init(
      rule: wire.hasRule ? Int(wire.rule) : nil,
      routeName: wire.routeName,
      reason: try MatchFailure(wire.reason)
    )
  }
}

extension AdminV1.CallExplanation.Share {
  init(_ picked: CallExplanation.Share) {
    self.init()
    cluster = picked.cluster
    host = picked.host.description
    if let name = picked.subset { subset = name }
    weight = picked.weight
    share = picked.share
    endpoints = picked.endpoints.map(AdminV1.CallExplanation.Endpoint.init)
  }
}

extension CallExplanation.Share {
  init(_ wire: AdminV1.CallExplanation.Share) throws(AdminWireError) {
    self.init(
      cluster: wire.cluster,
      host: HostName(wire.host),
      subset: wire.hasSubset ? wire.subset : nil,
      weight: wire.weight,
      share: wire.share,
      endpoints: try wire.endpoints.mapped(CallExplanation.Endpoint.init)
    )
  }
}

extension AdminV1.CallExplanation.Endpoint {
  init(_ endpoint: CallExplanation.Endpoint) {
    self.init()
    workload = endpoint.workload
    address = endpoint.address
    workloadVersion = endpoint.workloadVersion
    health = .init(endpoint.health)
    weight = endpoint.weight
  }
}

extension CallExplanation.Endpoint {
  init(_ wire: AdminV1.CallExplanation.Endpoint) throws(AdminWireError) {
    self.init(
      workload: wire.workload,
      address: wire.address,
      workloadVersion: wire.workloadVersion,
      health: try Workload.Health(wire.health),
      weight: wire.weight
    )
  }
}

extension AdminV1.CallExplanation.Resource {
  init(_ resource: CallExplanation.Resource) {
    self.init()
    type = resource.type
    name = resource.name
    version = resource.version
  }
}

extension CallExplanation.Resource {
  init(_ wire: AdminV1.CallExplanation.Resource) {
    self.init(type: wire.type, name: wire.name, version: wire.version)
  }
}

extension AdminV1.CallExplanation.Client {
  init(_ client: CallExplanation.Client) {
    self.init()
    name = client.name
    nodeID = client.nodeID
    if let number = client.revision { revision = number }
    differences = client.differences
    nackMessage = client.nackMessage
  }
}

extension CallExplanation.Client {
  init(_ wire: AdminV1.CallExplanation.Client) {
    self.init(
      name: wire.name,
      nodeID: wire.nodeID,
      revision: wire.hasRevision ? wire.revision : nil,
      differences: wire.differences,
      nackMessage: wire.nackMessage
    )
  }
}
