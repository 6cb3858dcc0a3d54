package import MeshModel
package import MeshPicture

/// `weir delete`: takes objects out of the rules.
package struct DeleteVerb: Sendable {
  package var keys: [MeshObjectKey]
  package var ticket: ChangeTicket
  /// Whether objects that aren't there are no error.
  package var ignoresMissing: Bool

  package init(keys: [MeshObjectKey], ticket: ChangeTicket, ignoresMissing: Bool = false) {
    self.keys = keys
    self.ticket = ticket
    self.ignoresMissing = ignoresMissing
  }

  /// - Throws: `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let there = Set(try await engine.revision(nil).rules.objects.map(\.key))
    let missing = keys.filter { !there.contains($0) }
    for key in missing where !ignoresMissing {
      output.say("there is no \(key.resource) in namespace \(key.name.namespace)")
    }
    guard missing.isEmpty || ignoresMissing else { return .conditionFalse }
    let keys = keys.filter(there.contains)
    guard !keys.isEmpty else { return .done }
    let receipt = try await engine.change(ticket.change(.edit(.deleteObjects(keys))))
    try await output.write(receipt.lines(isTrial: false))
    return .done
  }
}
