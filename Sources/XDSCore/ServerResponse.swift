/// A resource as a delta response carries it.
package struct DeltaResource: Hashable, Sendable {
  package var name: String
  /// The resource's own version; changes exactly when its content does.
  package var version: String
  package var resource: Resource

  package init(name: String, version: String, resource: Resource) {
    self.name = name
    self.version = version
    self.resource = resource
  }
}

/// A SotW response to send, described so that equal ones are encoded once and shared.
///
/// Two are equal exactly if their bytes are. Where the snapshot should not be kept alive, use
/// ``cacheKey``, which tells as much.
package struct ServerResponse: Hashable, Sendable {
  /// Identifies the bytes of a response within one engine run; hashes by the nonce alone.
  package struct Key: Hashable, Sendable {
    package let profile: NodeProfile
    package let type: ResourceType
    /// Made from version, names and what differs from the plain content, so it is the same on all
    /// streams that get the same bytes.
    package let nonce: String
    // A client could choose names whose hashes collide with another's, so these are compared too.
    let isWildcard: Bool
    let names: [String]

    package static func == (left: Key, right: Key) -> Bool {
      left.type == right.type && left.nonce == right.nonce && left.profile == right.profile
        && left.isWildcard == right.isWildcard && left.names == right.names
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(type)
      hasher.combine(nonce)
    }
  }

  package let cacheKey: Key
  /// What goes into `version_info`.
  package let version: ConfigVersion
  private let snapshot: Snapshot
  /// Clusters that the snapshot no longer has, kept until routes have moved away.
  private let kept: [Resource]
  /// Names of which nothing is said, so that the client keeps what it has.
  private let omitted: [String]

  init(
    cacheKey: Key,
    version: ConfigVersion,
    snapshot: Snapshot,
    kept: [Resource],
    omitted: [String]
  ) {
    self.cacheKey = cacheKey
    self.version = version
    self.snapshot = snapshot
    self.kept = kept
    self.omitted = omitted
  }

  /// Whether it goes out as a DiscoveryResponse or a DeltaDiscoveryResponse.
  package var variant: XDSVariant { .stateOfTheWorld }
  /// What a delta response carries; empty otherwise.
  package var deltaResources: [DeltaResource] { [] }
  /// The names that a delta response says are gone; empty otherwise.
  package var removed: [String] { [] }

  package var type: ResourceType { cacheKey.type }
  package var profile: NodeProfile { cacheKey.profile }
  package var nonce: String { cacheKey.nonce }
  /// The rule book's revision whose content it carries.
  package var revision: UInt64 { snapshot.revision }

  /// The resources to encode; a look-up each, so only for whoever encodes.
  package var resources: [Resource] {
    let named = cacheKey.names.filter { !omitted.contains($0) }
    guard cacheKey.isWildcard else { return named.compactMap { snapshot.answer(type, named: $0) } }
    let all = snapshot.storage[type]
    let extra = named.filter { all.entries[$0] == nil }
    return all.names.compactMap { all.entries[$0]?.resource }
      + kept + extra.compactMap { snapshot.answer(type, named: $0) }
  }

  package static func == (left: ServerResponse, right: ServerResponse) -> Bool {
    left.cacheKey == right.cacheKey
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(cacheKey) }
}
