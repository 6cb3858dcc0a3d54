internal import AdminProtos
internal import MeshModel
package import MeshPicture

extension AdminV1.RuleChange {
  package init(_ change: RuleChange) {
    self.init()
    switch change.action {
    case .edit(let ruleEdit): edit = .init(ruleEdit)
    case .undo: undo = .init()
    case .redo: redo = .init()
    case .rollback(let number): rollbackTo = number
    }
    if let number = change.expected { expected = number }
    author = change.author
    cause = change.cause
    if let time = change.asked { asked = time.nanoseconds }
  }
}

extension RuleChange {
  package init(_ wire: AdminV1.RuleChange) throws(AdminWireError) {
    let action: Action =
      switch try wanted(wire.action, "RuleChange.action") {
      case .edit(let edit): .edit(try RuleEdit(edit))
      case .undo: .undo
      case .redo: .redo
      case .rollbackTo(let number): .rollback(to: number)
      }
    self.init(
      action,
      expected: wire.hasExpected ? wire.expected : nil,
      author: wire.author,
      cause: wire.cause,
      asked: wire.hasAsked ? MonotonicTime(nanoseconds: wire.asked) : nil
    )
  }
}

extension AdminV1.ChangeReceipt {
  package init(_ receipt: ChangeReceipt) {
    self.init()
    revision = receipt.revision
    isNew = receipt.isNew
    title = receipt.title
    effects = receipt.effects.map(ObjectEffect.init)
    findings = receipt.findings.map(AdminV1.Finding.init)
  }
}

extension ChangeReceipt {
  package init(_ wire: AdminV1.ChangeReceipt) throws(AdminWireError) {
    self.init(
      revision: wire.revision,
      isNew: wire.isNew,
      title: wire.title,
      effects: try wire.effects.mapped(ObjectEffect.init),
      findings: try wire.findings.mapped(Finding.init)
    )
  }
}

extension AdminV1.ChangeReceipt.ObjectEffect {
  init(_ object: ChangeReceipt.ObjectEffect) {
    self.init()
    key = .init(object.key)
    effect =
      switch object.effect {
      case .created: .created
      case .configured: .configured
      case .unchanged: .unchanged
      case .deleted: .deleted
      }
  }
}

extension ChangeReceipt.ObjectEffect {
  init(_ wire: AdminV1.ChangeReceipt.ObjectEffect) throws(AdminWireError) {
    let effect: ChangeReceipt.Effect =
      switch wire.effect {
      case .created: .created
      case .configured: .configured
      case .unchanged: .unchanged
      case .deleted: .deleted
      case .unspecified, .UNRECOGNIZED: throw .missing("ObjectEffect.effect")
      }
    self.init(key: try MeshObjectKey(wire.key), effect: effect)
  }
}

extension AdminV1.ChangePreview {
  package init(_ preview: ChangePreview) {
    self.init()
    receipt = .init(preview.receipt)
    before = .init(preview.before)
    if preview.after != preview.before { after = .init(preview.after) }
  }
}

extension ChangePreview {
  package init(_ wire: AdminV1.ChangePreview) throws(AdminWireError) {
    let before = try MeshRules(wire.before)
    self.init(
      receipt: try ChangeReceipt(wire.receipt),
      before: before,
      after: wire.hasAfter ? try MeshRules(wire.after) : before
    )
  }
}
