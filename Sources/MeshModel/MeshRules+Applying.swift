extension MeshRules {
  /// The rules after an edit.
  ///
  /// An edit that changes nothing (a shift beyond 100 %) gives back equal rules. Beyond what the
  /// edit itself needs, the result isn't checked: ``findings(inventory:)`` does that.
  ///
  /// - Throws: ``MeshConfigError`` where the edit names what isn't there, or asks for weights that
  ///   can't be.
  package func applying(_ edit: RuleEdit) throws(MeshConfigError) -> MeshRules {
    switch edit {
    case .shiftWeight(let address, let destination, let amount):
      try replacingWeights(at: address) { (route) throws(MeshConfigError) in
        try route.shiftedWeights(destination: destination, amount: amount)
      }
    case .setWeights(let address, let weights):
      try replacingWeights(at: address) { (route) throws(MeshConfigError) in
        try route.checkedWeights(weights)
      }
    case .evenWeights(let address):
      try replacingWeights(at: address) { (route) throws(MeshConfigError) in route.evenWeights }
    case .setMatches(let address, let matches):
      try replacingRule(at: address) { (route) throws(MeshConfigError) in
        route.matches = matches
      }
    case .insertRule(let address, let route):
      try inserting(route, at: address)
    case .deleteRule(let address):
      try deletingRule(at: address)
    case .moveRule(let address, let index):
      try movingRule(at: address, to: index)
    case .applyObjects(let objects):
      putting(objects)
    case .deleteObjects(let keys):
      try removing(keys)
    case .replaceRules(let rules, _):
      rules
    }
  }

  /// With each object in the place of the one of its kind and name, or at the end of its kind.
  private func putting(_ objects: [MeshObject]) -> MeshRules {
    var services: [VirtualService] = []
    var destinations: [DestinationRule] = []
    var entries: [ServiceEntry] = []
    var workloads: [WorkloadEntry] = []
    for object in objects {
      switch object {
      case .virtualService(let new): services.append(new)
      case .destinationRule(let new): destinations.append(new)
      case .serviceEntry(let new): entries.append(new)
      case .workloadEntry(let new): workloads.append(new)
      }
    }
    var rules = self
    rules.virtualServices.put(services, by: \.name)
    rules.destinationRules.put(destinations, by: \.name)
    rules.serviceEntries.put(entries, by: \.name)
    rules.workloadEntries.put(workloads, by: \.name)
    return rules
  }

  private func removing(_ keys: [MeshObjectKey]) throws(MeshConfigError) -> MeshRules {
    var rules = self
    var wanted = Set(keys)
    rules.virtualServices.remove(&wanted, .virtualService, by: \.name)
    rules.destinationRules.remove(&wanted, .destinationRule, by: \.name)
    rules.serviceEntries.remove(&wanted, .serviceEntry, by: \.name)
    rules.workloadEntries.remove(&wanted, .workloadEntry, by: \.name)
    guard let missing = keys.first(where: wanted.contains) else { return rules }
    throw MeshConfigError(.objectNotFound, "there is no \(missing); want one that is in the book")
  }

  /// The rule at an address.
  package func rule(at address: RuleAddress) throws(MeshConfigError) -> HTTPRoute {
    let service = virtualServices[try position(of: address.virtualService)]
    try service.checkIndex(address.index, below: service.http.count)
    return service.http[address.index]
  }

  private func position(of name: ResourceName) throws(MeshConfigError) -> Int {
    guard let position = virtualServices.firstIndex(where: { $0.name == name }) else {
      throw MeshConfigError(
        .virtualServiceNotFound,
        "there is no VirtualService \(name); want the name of one of \(virtualServices.count)"
      )
    }
    return position
  }

  private func replacingWeights(
    at address: RuleAddress,
    _ weights: (HTTPRoute) throws(MeshConfigError) -> [Weight]
  ) throws(MeshConfigError) -> MeshRules {
    try replacingRule(at: address) { (route) throws(MeshConfigError) in
      for (index, weight) in try weights(route).enumerated() {
        route.destinations[index].weight = weight
      }
    }
  }

  private func replacingRule(
    at address: RuleAddress,
    _ change: (inout HTTPRoute) throws(MeshConfigError) -> Void
  ) throws(MeshConfigError) -> MeshRules {
    var route = try rule(at: address)
    try change(&route)
    var rules = self
    rules.virtualServices[try position(of: address.virtualService)].http[address.index] = route
    return rules
  }

  private func inserting(
    _ route: HTTPRoute,
    at address: RuleAddress
  ) throws(MeshConfigError) -> MeshRules {
    let position = try position(of: address.virtualService)
    let service = virtualServices[position]
    try service.checkIndex(address.index, below: service.http.count + 1)
    var rules = self
    rules.virtualServices[position].http.insert(route, at: address.index)
    return rules
  }

  private func deletingRule(at address: RuleAddress) throws(MeshConfigError) -> MeshRules {
    let position = try position(of: address.virtualService)
    let service = virtualServices[position]
    try service.checkIndex(address.index, below: service.http.count)
    guard service.http.count > 1 else {
      throw MeshConfigError(
        .defaultRuleMissing,
        "rule 1 is the only rule of \(service.name); want another one before it is deleted, "
          + "or every call would fail"
      )
    }
    var rules = self
    rules.virtualServices[position].http.remove(at: address.index)
    return rules
  }

  private func movingRule(
    at address: RuleAddress,
    to index: Int
  ) throws(MeshConfigError) -> MeshRules {
    let position = try position(of: address.virtualService)
    let service = virtualServices[position]
    try service.checkIndex(address.index, below: service.http.count)
    try service.checkIndex(index, below: service.http.count)
    var rules = self
    let route = rules.virtualServices[position].http.remove(at: address.index)
    rules.virtualServices[position].http.insert(route, at: index)
    return rules
  }
}

extension VirtualService {
  /// - Throws: `ruleNotFound` unless `0 <= index < limit`.
  fileprivate func checkIndex(_ index: Int, below limit: Int) throws(MeshConfigError) {
    guard index >= 0, index < limit else {
      throw MeshConfigError(
        .ruleNotFound,
        "rule \(index &+ 1) of \(name) isn't there; want 1 to \(limit)"
      )
    }
  }
}

extension Array {
  /// Puts each in the place of the one of its name, or at the end; linear in both.
  fileprivate mutating func put(_ new: [Element], by name: (Element) -> ResourceName) {
    guard !new.isEmpty else { return }
    var places = Dictionary(enumerated().map { (name($1), $0) }) { first, _ in first }
    for element in new {
      if let place = places[name(element)] {
        self[place] = element
      } else {
        places[name(element)] = count
        append(element)
      }
    }
  }

  /// Removes those among the keys; what is left of the keys wasn't there.
  fileprivate mutating func remove(
    _ keys: inout Set<MeshObjectKey>,
    _ kind: MeshObjectKind,
    by name: (Element) -> ResourceName
  ) {
    guard keys.contains(where: { $0.kind == kind }) else { return }
    var left: [Element] = []
    for element in self
    where keys.remove(MeshObjectKey(kind: kind, name: name(element))) == nil {
      left.append(element)
    }
    self = left
  }
}
