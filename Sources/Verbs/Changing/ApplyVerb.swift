import MeshModel
package import MeshPicture

/// `weir apply`: makes the objects of files part of the rules.
package struct ApplyVerb: Sendable {
  package var input: RuleInput
  package var ticket: ChangeTicket
  /// Whether only to say what it would do.
  package var isTrial: Bool
  /// What to wait for afterwards; nil for nothing.
  package var wait: WaitRequest?

  package init(
    input: RuleInput,
    ticket: ChangeTicket,
    isTrial: Bool = false,
    wait: WaitRequest? = nil
  ) {
    self.input = input
    self.ticket = ticket
    self.isTrial = isTrial
    self.wait = wait
  }

  /// - Throws: ``VerbError``, `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    guard input.isReadable(output) else { return .inputInvalid }
    guard !input.documents.isEmpty else {
      throw VerbError(.inputInvalid, "the files hold no object; want one at least")
    }
    let change = ticket.change(.edit(.applyObjects(input.objects)))
    guard let receipt = try await receipt(of: change, on: engine, output) else {
      return .inputInvalid
    }
    input.relevant(receipt.findings).flatMap(\.lines).forEach(output.say)
    if isTrial, receipt.findings.contains(where: { $0.severity == .error }) { return .inputInvalid }
    try await output.write(receipt.lines(isTrial: isTrial))
    guard let wait, !isTrial else { return .done }
    return try await WaitVerb(wait, after: receipt, touching: input.objects)
      .run(on: engine, output)
  }

  /// nil where it was refused, which then is said.
  private func receipt(
    of change: RuleChange,
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> ChangeReceipt? {
    do {
      if isTrial { return try await engine.check(change).receipt }
      return try await engine.change(change)
    } catch let error as EngineError where error.code == .refused {
      let findings = input.placed(error.findings).flatMap(\.lines)
      (findings.isEmpty ? [error.message] : findings).forEach(output.say)
      return nil
    }
  }
}
