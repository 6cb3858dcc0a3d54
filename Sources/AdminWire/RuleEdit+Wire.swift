internal import AdminProtos
package import MeshModel

extension AdminV1.RuleAddress {
  init(_ address: RuleAddress) {
    self.init()
    virtualService = .init(address.virtualService)
    index = Int64(address.index)
  }
}

extension RuleAddress {
  init(_ wire: AdminV1.RuleAddress) {
    self.init(virtualService: ResourceName(wire.virtualService), index: Int(wire.index))
  }
}

extension AdminV1.RuleEdit {
  package init(_ edit: RuleEdit) {
    self.init()
    switch edit {
    case .shiftWeight(let address, let destination, let amount):
      shiftWeight.rule = .init(address)
      shiftWeight.destination = Int64(destination)
      shiftWeight.amount = Int64(amount)
    case .setWeights(let address, let weights):
      setWeights.rule = .init(address)
      setWeights.weights = weights.map(\.value)
    case .evenWeights(let address):
      evenWeights = .init(address)
    case .setMatches(let address, let matches):
      setMatches.rule = .init(address)
      setMatches.matches = .init(matches: matches)
    case .insertRule(let address, let route):
      insertRule.rule = .init(address)
      insertRule.route = .init(route: route)
    case .deleteRule(let address):
      deleteRule = .init(address)
    case .moveRule(let address, let index):
      moveRule.rule = .init(address)
      moveRule.to = Int64(index)
    case .applyObjects(let objects):
      applyObjects = .init(objects)
    case .deleteObjects(let keys):
      deleteObjects.keys = keys.map(AdminV1.ObjectKey.init)
    case .replaceRules(let rules, let title):
      replaceRules.rules = .init(rules)
      replaceRules.title = title
    }
  }
}

extension RuleEdit {
  package init(_ wire: AdminV1.RuleEdit) throws(AdminWireError) {
    self =
      switch try wanted(wire.edit, "RuleEdit.edit") {
      case .shiftWeight(let shift):
        .shiftWeight(
          RuleAddress(shift.rule),
          destination: Int(shift.destination),
          amount: Int(shift.amount)
        )
      case .setWeights(let set):
        .setWeights(RuleAddress(set.rule), set.weights.map { Weight(clamping: Int($0)) })
      case .evenWeights(let address):
        .evenWeights(RuleAddress(address))
      case .setMatches(let set):
        .setMatches(RuleAddress(set.rule), try HTTPRoute(set.matches).matches)
      case .insertRule(let insert):
        .insertRule(RuleAddress(insert.rule), try HTTPRoute(insert.route))
      case .deleteRule(let address):
        .deleteRule(RuleAddress(address))
      case .moveRule(let move):
        .moveRule(RuleAddress(move.rule), to: Int(move.to))
      case .applyObjects(let rules):
        .applyObjects(try rules.objects.mapped(MeshObject.init))
      case .deleteObjects(let delete):
        .deleteObjects(try delete.keys.mapped(MeshObjectKey.init))
      case .replaceRules(let replace):
        .replaceRules(try MeshRules(replace.rules), title: replace.title)
      }
  }
}
