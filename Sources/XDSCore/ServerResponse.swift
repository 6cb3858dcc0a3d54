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

/// A response to send, described so that equal ones are encoded once and shared.
///
/// Two are equal exactly if their bytes are. Where the snapshot should not be kept alive, use
/// ``cacheKey``, which tells as much.
package struct ServerResponse: Hashable, Sendable {
  /// Identifies the bytes of a response within one engine run; hashes by the nonce alone.
  package struct Key: Hashable, Sendable {
    package let profile: NodeProfile
    package let type: ResourceType
    package let variant: XDSVariant
    /// Made from version, names and what differs from the plain content, so it is the same on all
    /// streams that get the same bytes.
    package let nonce: String
    // A client could choose names whose hashes collide with another's, so these are compared too.
    let isWildcard: Bool
    let names: [String]
    /// What differs from the plain content.
    let details: [String]

    package static func == (left: Key, right: Key) -> Bool {
      left.type == right.type && left.nonce == right.nonce && left.profile == right.profile
        && left.variant == right.variant && left.isWildcard == right.isWildcard
        && left.names == right.names && left.details == right.details
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(type)
      hasher.combine(nonce)
    }
  }

  package let cacheKey: Key
  /// What goes into `version_info` or `system_version_info`.
  package let version: ConfigVersion
  private let view: ContentView
  private let content: SentContent

  init(
    _ type: ResourceType,
    _ subscription: Subscription,
    _ content: SentContent,
    _ view: ContentView,
    isDelta: Bool
  ) {
    let table = view.table(type)
    let isStep = !content.kept.isEmpty
    let text = isStep ? table.version.step.description : table.versionText
    let details = isDelta ? content.deltaDetails : content.details(overlay: view.overlay, type)
    var hash = isDelta ? FNV1a() : subscription.hash
    if isDelta {
      if content.isAll { hash.combine("*") }
      for name in content.names { hash.combine(name) }
    }
    for detail in details { hash.combine(detail) }
    cacheKey = Key(
      profile: view.snapshot.profile,
      type: type,
      variant: isDelta ? .delta : .stateOfTheWorld,
      nonce: "\(text)-\(hash.hexadecimal)",
      isWildcard: isDelta ? content.isAll : subscription.isWildcard,
      names: isDelta ? content.names : subscription.names,
      details: details
    )
    version = isStep ? table.version.step : table.version
    self.view = view
    self.content = content
  }

  /// Whether it goes out as a DiscoveryResponse or a DeltaDiscoveryResponse.
  package var variant: XDSVariant { cacheKey.variant }
  package var type: ResourceType { cacheKey.type }
  package var profile: NodeProfile { cacheKey.profile }
  package var nonce: String { cacheKey.nonce }
  /// The rule book's revision whose content it carries.
  package var revision: UInt64 { view.snapshot.revision }

  /// The resources of a SotW response; empty for delta.
  ///
  /// A look-up each, so only for whoever encodes.
  package var resources: [Resource] {
    guard variant == .stateOfTheWorld else { return [] }
    let named = cacheKey.names.filter { !content.omitted.contains($0) }
    let extra = content.extra.map(\.resource)
    guard cacheKey.isWildcard else {
      return named.compactMap { view.answer(type, named: $0) } + extra
    }
    let all = view.table(type)
    let kept = content.kept.compactMap(\.entry?.resource)
    let rest = view.additions(type)
    let others = Set((kept + rest).map(\.name))
    let beside = named.filter { all.entries[$0] == nil && !others.contains($0) }
    return all.names.compactMap { all.entries[$0]?.resource } + rest + kept
      + beside.compactMap { view.answer(type, named: $0) } + extra
  }

  /// What a delta response carries; empty for SotW.
  ///
  /// A look-up each, so only for whoever encodes.
  package var deltaResources: [DeltaResource] {
    guard variant == .delta else { return [] }
    var names = cacheKey.names
    if content.isAll {
      let all = view.table(type)
      let rest = view.additions(type).map(\.name)
      names = all.names + rest + names.filter { all.entries[$0] == nil && !rest.contains($0) }
    }
    let lasts = Dictionary(content.extra.map { ($0.resource.name, $0) }) { first, _ in first }
    return names.compactMap { name in
      if let last = lasts[name] {
        let version = view.snapshot.storage.versionText(last.stamp)
        return DeltaResource(name: name, version: version, resource: last.resource)
      }
      return view.answer(type, named: name).map {
        DeltaResource(name: name, version: view.versionText(type, named: name), resource: $0)
      }
    }
  }

  /// The names that a delta response says are gone; empty for SotW.
  package var removed: [String] { variant == .delta ? content.removed : [] }

  /// Whose endpoints a delta client needs again after these clusters.
  enum EndpointsNeeded: Hashable, Sendable {
    case all
    case names([String])
  }

  var endpointsNeeded: EndpointsNeeded {
    if content.isAll { return .all }
    return .names(
      content.names.compactMap { name in
        guard case .cluster(let cluster)? = view.resource(.cluster, named: name) else { return nil }
        return cluster.subscribedEndpointsName
      }
    )
  }

  package static func == (left: ServerResponse, right: ServerResponse) -> Bool {
    left.cacheKey == right.cacheKey
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(cacheKey) }
}

extension SentContent {
  /// What a SotW response has beside or instead of the plain content.
  fileprivate func details(overlay: StreamOverlay, _ type: ResourceType) -> [String] {
    kept.compactMap { kept in kept.entry.map { "kept \(kept.name) \($0.stamp)" } }
      + omitted.sorted().map { "omitted \($0)" }
      + extra.map { "last \($0.resource.name) \($0.stamp)" } + overlay.keys(type)
  }

  /// What a delta response has beside the newest content of its names.
  fileprivate var deltaDetails: [String] {
    let gone = removed.map { "removed \($0)" }
    guard !extra.isEmpty else { return gone }
    let told = Set(names)
    return gone
      + extra.filter { told.contains($0.resource.name) }
      .map { "last \($0.resource.name) \($0.stamp)" }
  }
}

extension ConfigVersion {
  /// That of the step before this content, in which what must go is still there.
  fileprivate var step: ConfigVersion {
    ConfigVersion(boot: boot, revision: revision, phase: phase + 1)
  }
}
