import MeshModel
package import MeshPicture
import RuleFiles

/// `weir diff`: what applying files would change.
package struct DiffVerb: Sendable {
  package var input: RuleInput
  /// Whose xDS resources are compared besides, such as `grpc`; none for the rules alone.
  package var profiles: [String]
  /// Whether lines that go are red and lines that come green.
  package var hasColors: Bool

  package init(input: RuleInput, profiles: [String] = [], hasColors: Bool = false) {
    self.input = input
    self.profiles = profiles
    self.hasColors = hasColors
  }

  /// - Returns: `conditionFalse` where there is a difference.
  /// - Throws: `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    guard input.isReadable(output) else { return .inputInvalid }
    let newest = try await engine.revision(nil)
    var lines = ruleLines(newest)
    let change = RuleChange(.edit(.applyObjects(input.objects)), cause: "diff")
    for profile in profiles {
      let before = try await engine.resources(profile: profile, after: nil)
      let after = try await engine.resources(profile: profile, after: change)
      lines += Self.resourceLines(before, after)
    }
    try await output.write(hasColors ? lines.map(Self.colored) : lines)
    if !lines.isEmpty, !profiles.isEmpty { try await sayWhoGetsIt(engine, output) }
    return lines.isEmpty ? .done : .conditionFalse
  }

  private static func colored(_ line: String) -> String {
    switch line.first {
    case "-": "\u{1B}[31m\(line)\u{1B}[0m"
    case "+": "\u{1B}[32m\(line)\u{1B}[0m"
    case _: line
    }
  }

  private func ruleLines(_ newest: Revision) -> [String] {
    var live: [MeshObjectKey: MeshObject] = [:]
    for object in newest.rules.objects { live[object.key] = object }
    return input.documents.flatMap { document -> [String] in
      let object = document.object
      let old = live[object.key]
      guard old != object else { return [] }
      let name = "\(object.key.resource) -n \(object.name.namespace)"
      return UnifiedDiff(
        from: old.map { RuleWriter.yaml([$0]) } ?? "",
        to: RuleWriter.yaml([object])
      ).patch(
        from: old == nil ? "/dev/null" : "\(name) (revision \(newest.number))",
        to: "\(name) (\(document.source.file))"
      )
    }
  }

  private static func resourceLines(
    _ before: ResourceListing,
    _ after: ResourceListing
  ) -> [String] {
    let old = before.texts
    let new = after.texts
    return Set(old.keys).union(new.keys).sorted().flatMap { key in
      UnifiedDiff(from: old[key] ?? "", to: new[key] ?? "").patch(
        from: old[key] == nil ? "/dev/null" : "\(before.profile) \(key)",
        to: new[key] == nil ? "/dev/null" : "\(after.profile) \(key)"
      )
    }
  }

  private func sayWhoGetsIt(
    _ engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws {
    let clients = try await engine.picture().clients
      .filter { $0.state != .disconnected && profiles.contains($0.profile) }
    let names = clients.map(\.name).joined(separator: ", ")
    output.say(clients.isEmpty ? "no such client is connected" : "goes to \(names)")
  }
}

extension ResourceListing {
  /// The resources' JSON by `TYPE name`.
  fileprivate var texts: [String: String] {
    Dictionary(entries.map { ("\($0.type) \($0.name)", $0.json) }) { first, _ in first }
  }
}
