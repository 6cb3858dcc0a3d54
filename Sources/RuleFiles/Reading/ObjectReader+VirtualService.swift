import MeshModel

extension ObjectReader {
  /// What a list of gateways calls the mesh itself.
  private static let meshGateway = "mesh"

  /// nil where it is for gateways only.
  mutating func virtualService() -> VirtualService? {
    if let gateways = spec["gateways"], !isForMesh(gateways) {
      let message =
        "not applied: VirtualService \(name) is for gateways only; want `mesh` among them"
      add(.warning, .notApplied, gateways.mark, message)
      return nil
    }
    let nodes = spec["http"]?.elements ?? []
    var rules: [HTTPRoute] = []
    for (index, node) in nodes.enumerated() {
      guard let rule = rule(node, number: index + 1) else { continue }
      rules.append(rule)
      ruleIndices.append(index)
    }
    guard !findings.contains(where: { $0.severity == .error }) else { return nil }
    if rules.isEmpty, !nodes.isEmpty || spec["tcp"] != nil || spec["tls"] != nil {
      let message = "not applied: VirtualService \(name), since none of its rules is"
      add(.warning, .notApplied, spec.mark, message)
      return nil
    }
    return VirtualService(name: name, hosts: spec["hosts"]?.strings ?? [], http: rules)
  }

  private func isForMesh(_ gateways: YAMLNode) -> Bool {
    gateways.elements.isEmpty || gateways.strings.contains(Self.meshGateway)
  }

  // MARK: Rules

  /// nil where it can't be, or no match is left of it.
  private mutating func rule(_ node: YAMLNode, number: Int) -> HTTPRoute? {
    let destinations = destinations(node["route"]?.elements ?? [])
    if destinations.isEmpty { return refuse(node, number: number) }
    let alternatives = node["match"]?.elements ?? []
    let matches = alternatives.compactMap { match($0) }
    // Without the conditions that can't be held, it would take every call.
    if !alternatives.isEmpty, matches.isEmpty {
      let message = "not applied yet: rule \(number), since none of its matches is"
      add(.warning, .notApplied, node.mark, message)
      return nil
    }
    return HTTPRoute(name: node["name"]?.string, matches: matches, destinations: destinations)
  }

  private mutating func refuse(_ node: YAMLNode, number: Int) -> HTTPRoute? {
    let actions = ["redirect", "directResponse", "delegate"]
    if let action = node.fields.first(where: { actions.contains($0.name) && !$0.value.isNull }) {
      let message = "rule \(number) has \(action.name), which can't be applied yet; want a route"
      add(.error, .unsupported, action.mark, message)
    } else {
      let message = "rule \(number) has no route; want one destination at least"
      add(.error, .fieldMissing, node.mark, message)
    }
    return nil
  }

  private mutating func destinations(_ nodes: [YAMLNode]) -> [RouteDestination] {
    nodes.compactMap { node in
      guard let destination = node["destination"], let host = destination["host"]?.string else {
        return nil
      }
      // Alone, a destination gets everything; of several, one without a weight gets nothing.
      let weight = node["weight"]?.count.map { Weight(clamping: Int($0)) }
      return RouteDestination(
        host: host,
        subset: destination["subset"]?.string.flatMap { $0.isEmpty ? nil : $0 },
        port: destination["port"]?["number"]?.port,
        weight: nodes.count == 1 ? .hundred : weight ?? .zero
      )
    }
  }

  // MARK: Matches

  /// nil where it has a condition that can't be held, or is for gateways only.
  private mutating func match(_ node: YAMLNode) -> HTTPMatch? {
    if let gateways = node["gateways"], !isForMesh(gateways) {
      let message = "not applied: this match is for gateways only; want `mesh` among them"
      add(.warning, .notApplied, gateways.mark, message)
      return nil
    }
    let conditions = ObjectSchema.httpMatch.fields.filter { $0.use == .condition }
    guard !conditions.contains(where: { node[$0.name] != nil }) else { return nil }
    return HTTPMatch(
      name: node["name"]?.string,
      uri: node["uri"].map(stringMatch),
      ignoreURICase: node["ignoreUriCase"]?.scalar?.boolean ?? false,
      method: node["method"].map(stringMatch),
      headers: headerMatches(node["headers"]),
      withoutHeaders: headerMatches(node["withoutHeaders"])
    )
  }

  private func headerMatches(_ node: YAMLNode?) -> [HeaderMatch] {
    (node?.fields ?? []).map { HeaderMatch(name: $0.name, match: stringMatch($0.value)) }
  }

  private func stringMatch(_ node: YAMLNode) -> StringMatch {
    if let exact = node["exact"]?.string { return .exact(exact) }
    if let prefix = node["prefix"]?.string { return .prefix(prefix) }
    if let regex = node["regex"]?.string { return .regex(regex) }
    return .present
  }
}
