import MeshModel
package import MeshPicture

/// `weir set-weight`: one rule's weights.
package struct SetWeightVerb: Sendable {
  /// How often it is tried again where others change the rules at the same time.
  private static let attempts = 5

  /// A host by any of its names, or a VirtualService's name.
  package var service: String
  package var weights: WeightsArgument
  /// From 1; nil for the only rule that has such destinations.
  package var rule: Int?
  package var ticket: ChangeTicket
  package var wait: WaitRequest?

  package init(
    service: String,
    weights: WeightsArgument,
    rule: Int? = nil,
    ticket: ChangeTicket,
    wait: WaitRequest? = nil
  ) {
    self.service = service
    self.weights = weights
    self.rule = rule
    self.ticket = ticket
    self.wait = wait
  }

  /// - Throws: ``VerbError``, `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    for attempt in 1... {
      let newest = try await engine.revision(nil)
      let (steering, address) = try address(in: newest.rules)
      let weights = try weights.weights(for: steering.http[address.index])
      // A rule is told by its place: the edit is for the rules that were read, and for no others.
      var ticket = ticket
      ticket.expected = ticket.expected ?? newest.number
      do {
        let change = ticket.change(.edit(.setWeights(address, weights)))
        let receipt = try await engine.change(change)
        try await output.write(receipt.line)
        guard let wait else { return .done }
        return try await WaitVerb(wait, after: receipt, touching: [.virtualService(steering)])
          .run(on: engine, output)
      } catch let error as EngineError where error.code == .conflict {
        guard self.ticket.expected == nil, attempt < Self.attempts else { throw error }
      }
    }
    return .failed
  }

  private func address(
    in rules: MeshRules
  ) throws(VerbError) -> (VirtualService, RuleAddress) {
    let found = rules.virtualServices.filter { $0.isNamed(service) }
    guard let steering = found.first, found.count == 1 else {
      let names = found.map(\.name.description).joined(separator: ", ")
      throw VerbError(
        .conditionFalse,
        found.isEmpty
          ? "no VirtualService steers \(service); want one of \(rules.steeredNames)"
          : "\(names) steer \(service); want the name of one"
      )
    }
    return (steering, RuleAddress(virtualService: steering.name, index: try index(in: steering)))
  }

  private func index(in service: VirtualService) throws(VerbError) -> Int {
    if let rule {
      guard service.http.indices.contains(rule - 1) else {
        throw VerbError(
          .conditionFalse,
          "\(service.name) has no rule \(rule); want 1 to \(service.http.count)"
        )
      }
      return rule - 1
    }
    if service.http.count == 1 { return 0 }
    let fitting = service.http.indices.filter { weights.fits(service.http[$0]) }
    guard let index = fitting.first, fitting.count == 1 else {
      let numbers = fitting.map { "\($0 + 1)" }.joined(separator: ", ")
      throw VerbError(
        .usage,
        fitting.isEmpty
          ? "none of the \(service.http.count) rules of \(service.name) has such destinations"
          : "rules \(numbers) of \(service.name) have such destinations; want one: --rule N"
      )
    }
    return index
  }
}

extension VirtualService {
  /// Whether a text names it: its own name, or a host that it steers by any of the host's names.
  func isNamed(_ text: String) -> Bool {
    if text == name.description || text == name.name { return true }
    let dialled = ServiceName(text).host
    return hosts.contains { HostName($0, inNamespace: name.namespace).aliases.contains(dialled) }
  }
}

extension MeshRules {
  fileprivate var steeredNames: String {
    guard !virtualServices.isEmpty else { return "none, since there is none" }
    return virtualServices.prefix(10).map(\.name.description).joined(separator: ", ")
  }
}
