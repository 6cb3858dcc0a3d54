import MeshModel
import MeshPicture
import TerminalUI

extension ConsoleModel {
  /// The rule that the operator is on; nil where rules can't be edited one by one.
  var address: RuleAddress? {
    service?.virtualService.map { RuleAddress(virtualService: $0, index: rulesCursor.rule) }
  }

  // MARK: Why not

  /// Why no edit at all is possible now.
  var editBlocker: String? {
    if isFrozen { return "the display is frozen; press . to go on first" }
    guard shown != nil else { return "there is no picture of the mesh yet" }
    return service == nil ? "the mesh has no service yet" : nil
  }

  /// Why the rule that the operator is on can't be edited.
  var ruleBlocker: String? {
    if let editBlocker { return editBlocker }
    guard address != nil else {
      return "no VirtualService steers this host yet; o or W starts one"
    }
    return selectedRule == nil ? "there is no rule" : nil
  }

  var weightBlocker: String? {
    if let ruleBlocker { return ruleBlocker }
    return selectedRule?.route.destinations.count ?? 0 < 2
      ? "the rule has one destination, which takes every call" : nil
  }

  var insertBlocker: String? { editBlocker ?? insertObstacle }

  /// Why the mesh, whatever the screen's state, takes no new rule here.
  var insertObstacle: String? {
    guard address == nil, firstRule == nil else { return nil }
    return "no subset is known to send calls to"
      + (walkthroughObstacle == nil ? "; W starts the walkthrough" : "; apply a DestinationRule")
  }

  func moveBlocker(by distance: Int) -> String? {
    if let ruleBlocker { return ruleBlocker }
    return rules.indices.contains(rulesCursor.rule + distance)
      ? nil : "rule \(rulesCursor.rule + 1) is the \(distance < 0 ? "first" : "last")"
  }

  var undoBlocker: String? {
    if let editBlocker { return editBlocker }
    return shown?.revision.canUndo == true || outstanding != nil ? nil : "nothing to undo"
  }

  var redoBlocker: String? {
    if let editBlocker { return editBlocker }
    return shown?.revision.canRedo == true || outstanding != nil ? nil : "nothing to redo"
  }

  var walkthroughBlocker: String? { editBlocker ?? walkthroughObstacle }

  /// Why the mesh, whatever the screen's state, takes no walkthrough.
  var walkthroughObstacle: String? {
    guard services.contains(where: { $0.host == Walkthrough.host }) else {
      return "the mesh has no service \(Walkthrough.host)"
    }
    // It replaces the whole book.
    let others = services.contains { $0.host != Walkthrough.host && $0.virtualService != nil }
    return others ? "it would delete the rules of the other services" : nil
  }

  // MARK: Edits

  /// Sends an edit off; nil for one that changes nothing.
  mutating func apply(_ edit: RuleEdit?, nextRule: Int? = nil) -> ConsoleEffect? {
    guard let edit else { return nil }
    expectRevision(nextRule: nextRule)
    return .apply(edit)
  }

  mutating func expectRevision(nextRule: Int? = nil, walkthroughStep: Int? = nil) {
    outstanding = Outstanding(
      revision: picture?.revision.number ?? 0,
      nextRule: nextRule,
      walkthroughStep: walkthroughStep
    )
  }

  mutating func shiftWeight(_ amount: Int) -> [ConsoleEffect] {
    guard let address else { return [] }
    let destination = rulesCursor.destination
    if let end = endReached(by: amount) {
      notice = Notice(text: end, isProblem: false)
      return []
    }
    return effects(.shiftWeight(address, destination: destination, amount: amount))
  }

  /// What to say where a shift can do no more; nil where it can, or where edits are under way whose
  /// outcome the picture doesn't show yet.
  private func endReached(by amount: Int) -> String? {
    guard outstanding == nil, let route = selectedRule?.route,
      route.destinations.indices.contains(rulesCursor.destination)
    else { return nil }
    let destination = route.destinations[rulesCursor.destination]
    if amount < 0, destination.weight == .zero, route.totalWeight > 0 {
      return "\(destination.label) is at 0 already"
    }
    let isAll = UInt64(destination.weight.value) == route.totalWeight && route.totalWeight > 0
    return amount > 0 && isAll ? "\(destination.label) is at 100 already" : nil
  }

  mutating func evenWeights() -> [ConsoleEffect] {
    effects(address.map { .evenWeights($0) })
  }

  mutating func moveRule(by distance: Int) -> [ConsoleEffect] {
    guard let address else { return [] }
    rulesCursor.rule += distance
    return effects(.moveRule(address, to: rulesCursor.rule))
  }

  mutating func deleteRule(at address: RuleAddress) -> [ConsoleEffect] {
    effects(.deleteRule(address))
  }

  private mutating func effects(_ edit: RuleEdit?) -> [ConsoleEffect] {
    apply(edit).map { [$0] } ?? []
  }

  // MARK: Prompts

  mutating func askForMatches() {
    guard let address, let matches = selectedRule?.route.matches else { return }
    let text = matches.isEmpty ? "" : HTTPMatch.text(of: matches)
    open(.matches(address, original: matches), text)
  }

  mutating func askForWeights() {
    guard let address, let route = selectedRule?.route else { return }
    let destination = rulesCursor.destination
    let label = route.destinations[destination].label
    open(.weights(address, destination: destination, label: label))
  }

  /// Asks for the match of a rule that is to stand above or below the one that the operator is on.
  mutating func askForRule(below: Bool) {
    guard var address, let route = selectedRule?.route else {
      if let virtualService = firstRule { open(.firstRule(virtualService)) }
      return
    }
    if below { address.index += 1 }
    open(.insert(address, destinations: ConsoleModel.allToLast(route)))
  }

  mutating func open(_ purpose: Prompt.Purpose, _ text: String = "") {
    prompt = Prompt(purpose: purpose, field: TextField(text))
    prompt.map { focus(on: $0.pane) }
  }

  /// A rule's destinations, the last of them with all the weight.
  private static func allToLast(_ route: HTTPRoute) -> [RouteDestination] {
    let total = route.totalWeight == 0 ? 100 : Int(clamping: route.totalWeight)
    return route.destinations.enumerated().map { index, destination in
      var destination = destination
      destination.weight =
        index == route.destinations.count - 1 ? Weight(clamping: total) : .zero
      return destination
    }
  }

  /// A VirtualService of one rule for a service that has none, with all weight on the first of its
  /// subsets; nil where no subset is known.
  private var firstRule: VirtualService? {
    guard let service, service.virtualService == nil, !service.subsets.isEmpty else { return nil }
    let labels = service.host.description.split(separator: ".").map(String.init)
    let name = ResourceName(
      namespace: labels.count > 1 ? labels[1] : "default",
      name: labels.first ?? service.host.description
    )
    let host = service.host.description
    let destinations = service.subsets.enumerated().map { index, subset in
      RouteDestination(host: host, subset: subset.name, weight: index == 0 ? .hundred : .zero)
    }
    return VirtualService(name: name, hosts: [host], http: [HTTPRoute(destinations: destinations)])
  }

  // MARK: Walkthrough

  mutating func walk() -> [ConsoleEffect] {
    let last = outstanding?.walkthroughStep ?? lastWalkthroughStep ?? -1
    let step = Walkthrough.steps[(last + 1) % Walkthrough.steps.count]
    expectRevision(walkthroughStep: step.number)
    return [.apply(.replaceRules(step.rules, title: "walkthrough: \(step.title)"))]
  }

  /// The step of the walkthrough whose rules a picture shows; nil where the operator left it.
  func walkthroughStep(of picture: MeshPicture) -> Int? {
    guard let service = picture.services.first(where: { $0.host == Walkthrough.host }) else {
      return nil
    }
    return Walkthrough.steps.first { step in
      guard let wanted = step.rules.virtualServices.first else {
        return service.virtualService == nil
      }
      return wanted.name == service.virtualService
        && wanted.http.elementsEqual(service.rules.lazy.map(\.route))
    }?.number
  }
}
