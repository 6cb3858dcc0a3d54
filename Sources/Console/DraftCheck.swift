import MeshModel
import MeshPicture

/// What the checks say of an edit while it is being typed.
struct DraftCheck: Hashable, Sendable {
  var edit: RuleEdit
  /// nil until the engine has answered.
  var findings: [Finding]?
}

extension ConsoleModel {
  /// Asks the checks about the edit that the prompt makes as it stands; what was said of another
  /// one no longer holds.
  mutating func checkDraft() -> [ConsoleEffect] {
    guard let prompt, let edit = try? edit(for: prompt) else {
      draft = nil
      return []
    }
    guard edit != draft?.edit else { return [] }
    draft = DraftCheck(edit: edit)
    return [.ask(.check(edit))]
  }

  /// The first thing that the checks say of the edit and did not say of the rules before it.
  var draftFinding: Finding? {
    guard prompt != nil, let findings = draft?.findings else { return nil }
    let known = Set(shown?.revision.findings.map(\.code) ?? [])
    return findings.first { $0.severity == .error }
      ?? findings.first { !known.contains($0.code) }
  }
}
