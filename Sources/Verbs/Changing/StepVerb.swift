package import MeshPicture

/// `weir undo`, `weir redo` and `weir rollback`: makes an earlier content the newest.
package struct StepVerb: Sendable {
  package enum Step: Hashable, Sendable {
    case undo, redo
    /// To a revision, or the one before the newest for nil.
    case rollback(to: UInt64?)
  }

  package var step: Step
  package var ticket: ChangeTicket

  package init(_ step: Step, ticket: ChangeTicket) {
    self.step = step
    self.ticket = ticket
  }

  /// - Throws: `EngineError`; ``VerbError`` where there is nothing before the newest.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let action: RuleChange.Action =
      switch step {
      case .undo: .undo
      case .redo: .redo
      case .rollback(let number?): .rollback(to: number)
      case .rollback(nil): .rollback(to: try await revisionBefore(engine))
      }
    do {
      let receipt = try await engine.change(ticket.change(action))
      try await output.write(receipt.line)
      return .done
    } catch let error as EngineError where error.code == .refused {
      // Nothing to undo or redo: the operator's input is right, the state is not.
      throw VerbError(.conditionFalse, error.verbError.message)
    }
  }

  private func revisionBefore(_ engine: any EngineOperations) async throws -> UInt64 {
    let newest = try await engine.history(before: nil, limit: 2)
    guard newest.count == 2 else {
      throw VerbError(.conditionFalse, "there is no revision before the newest")
    }
    return newest[1].number
  }
}
