import MeshModel
package import MeshPicture
import Synchronization
import XDSCore

extension MeshEngine {
  package func resources(profile: String, after change: RuleChange?) async throws -> ResourceListing
  {
    let json = facilities.withLock { $0.json }
    let profile = try NodeProfile(named: profile)
    let (snapshot, revision) = try snapshot(of: profile, after: change)
    let entries = try ResourceType.inReadingOrder.flatMap { type in
      try snapshot.allResources(of: type).map { entry in
        ResourceListing.Entry(
          type: type.shortName,
          name: entry.name,
          json: try json(entry.resource, profile)
        )
      }
    }
    return ResourceListing(
      profile: profile.rawValue,
      revision: revision,
      entries: entries,
      notes: snapshot.notes.map(\.text)
    )
  }

  /// What clients of a profile are served under the newest rules, or would be under those that a
  /// change makes.
  private func snapshot(
    of profile: NodeProfile,
    after change: RuleChange?
  ) throws(EngineError) -> (Snapshot, UInt64) {
    let (set, builder, running, revision) = state.withLock {
      ($0.newestSet, $0.builder, $0.running, $0.book.newest.number)
    }
    guard let set else { throw EngineError(.notFound, "no resources were built yet") }
    guard let change else { return (set[profile], revision) }
    let preview = try check(change)
    if let error = preview.findings.first(where: { $0.severity == .error }) {
      throw EngineError(.refused, error.message, findings: preview.findings)
    }
    let snapshot = builder.build(
      mesh: Mesh(rules: preview.after, inventory: running.inventory(under: preview.after)),
      profile: profile,
      boot: set.boot,
      revision: set.revision + 1,
      previous: set[profile]
    )
    return (snapshot, revision)
  }
}

extension ResourceType {
  /// As a client asks for them.
  static let inReadingOrder: [ResourceType] = [
    .listener, .routeConfiguration, .cluster, .endpoints,
  ]
}

extension NodeProfile {
  /// - Throws: ``EngineError`` with code `invalid`.
  init(named name: String) throws(EngineError) {
    guard let profile = NodeProfile(rawValue: name.lowercased()) else {
      let known = NodeProfile.allCases.map(\.rawValue).joined(separator: ", ")
      throw EngineError(.invalid, "profile is \(name); want one of \(known)")
    }
    self = profile
  }
}

extension SnapshotNote {
  /// With the rule that it is about.
  var text: String {
    guard let rule else { return message }
    return "\(rule.virtualService) rule \(rule.index + 1): \(message)"
  }
}
