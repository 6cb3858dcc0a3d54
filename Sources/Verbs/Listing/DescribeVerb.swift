import Console
import MeshModel
package import MeshPicture
import RuleFiles

/// `weir describe`: all that is known of one thing.
package struct DescribeVerb: Sendable {
  /// Revisions that are looked through for changes of an object.
  private static let historyLimit = 20
  private static let profiles = ["grpc", "envoy", "dubbo"]

  package var kind: ListedKind
  package var name: String
  package var namespace: String

  package init(kind: ListedKind, name: String, namespace: String = "default") {
    self.kind = kind
    self.name = name
    self.namespace = namespace
  }

  /// - Throws: ``VerbError``, `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    switch kind {
    case .objects(let kind):
      let key = MeshObjectKey(kind: kind, name: ResourceName(namespace: namespace, name: name))
      try await output.write(try await lines(of: key, engine))
    case .services:
      let picture = try await engine.picture()
      try await output.write(try picture.services(named: name).flatMap(Description.lines))
    case .clients, .endpoints:
      try await output.write(try await pictureLines(engine))
    case .revisions:
      try await output.write(try await revisionLines(engine))
    }
    return .done
  }

  // MARK: Objects

  private func lines(
    of key: MeshObjectKey,
    _ engine: any EngineOperations
  ) async throws -> [String] {
    let newest = try await engine.revision(nil)
    guard let object = newest.rules.objects.first(where: { $0.key == key }) else {
      throw VerbError(.conditionFalse, "there is no \(key.kind.rawValue) \(key.name)")
    }
    let picture = try await engine.picture()
    var lines = [
      "Name:       \(key.name.name)", "Namespace:  \(key.name.namespace)",
      "Kind:       \(key.kind.rawValue)", "Revision:   \(newest.number)",
    ]
    for service in picture.services where service.virtualService == key.name {
      if key.kind == .virtualService { lines += ["", "Traffic:"] + Description.rules(service) }
    }
    let findings = picture.revision.findings.filter { $0.isAbout(object) }
    lines += Description.section(
      "Findings",
      findings.flatMap { PlacedFinding($0, in: []).lines }
    )
    lines += Description.section("Without effect", try await notes(on: object, engine))
    lines += Description.section("Clients", picture.clients.map(Description.standing))
    lines += Description.section("History", try await history(of: key, engine))
    let yaml = RuleWriter.yaml([object]).split(separator: "\n").map(String.init)
    return lines + Description.section("YAML", yaml)
  }

  /// What clients of each profile can't do of it.
  private func notes(
    on object: MeshObject,
    _ engine: any EngineOperations
  ) async throws -> [String] {
    var notes: [String] = []
    for profile in Self.profiles {
      let listing = try await engine.resources(profile: profile, after: nil)
      notes += listing.notes.filter { $0.contains(object.name.name) }.map { "\(profile): \($0)" }
    }
    return notes
  }

  /// The revisions that changed it, newest first.
  private func history(
    of key: MeshObjectKey,
    _ engine: any EngineOperations
  ) async throws -> [String] {
    let summaries = try await engine.history(before: nil, limit: Self.historyLimit + 1)
    var changes: [String] = []
    var newer: (summary: RevisionSummary, object: MeshObject?)?
    for summary in summaries {
      // Those that are no longer kept can't be compared.
      guard let revision = try? await engine.revision(summary.number) else { break }
      let object = revision.rules.objects.first { $0.key == key }
      if let newer, newer.object != object { changes.append(newer.summary.line) }
      newer = (summary, object)
    }
    if let newer, newer.summary.number == 1, newer.object != nil {
      changes.append(newer.summary.line)
    }
    return changes
  }

  // MARK: Others

  private func pictureLines(_ engine: any EngineOperations) async throws -> [String] {
    let picture = try await engine.picture()
    if kind == .clients {
      let found = picture.clients.filter { $0.name == name || $0.nodeID == name }
      if !found.isEmpty { return found.flatMap(Description.lines) }
    } else {
      let found = picture.endpoints.filter { $0.id == name || $0.address == name }
      if !found.isEmpty { return found.flatMap(Description.lines) }
    }
    throw VerbError(.conditionFalse, "there is no \(kind.noun) \(name)")
  }

  private func revisionLines(_ engine: any EngineOperations) async throws -> [String] {
    guard let number = UInt64(name) else {
      throw VerbError(.usage, "the revision is \(name); want a number")
    }
    let revision = try await engine.revision(number)
    let before = number > 1 ? try? await engine.revision(number - 1) : nil
    let diff = UnifiedDiff(
      from: RuleWriter.yaml(before?.rules.objects ?? []),
      to: RuleWriter.yaml(revision.rules.objects)
    )
    let lines = [
      "Revision:  \(number)", "Time:      \(UTCText.text(of: revision.time))",
      "Author:    \(revision.author)", "Cause:     \(revision.cause)",
      "Change:    \(revision.title)",
    ]
    return lines + diff.patch(from: "revision \(number - 1)", to: "revision \(number)")
  }
}
