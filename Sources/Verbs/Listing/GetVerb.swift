import MeshModel
package import MeshPicture
import RuleFiles

/// `weir get`: lists what there is of a kind.
package struct GetVerb: Sendable {
  private static let historyLimit = 1000

  package var kind: ListedKind
  /// nil for all.
  package var name: String?
  /// nil for all.
  package var namespace: String?
  package var format: ListFormat
  /// Whether to go on with what changes.
  package var isWatching: Bool

  package init(
    kind: ListedKind,
    name: String? = nil,
    namespace: String? = nil,
    format: ListFormat = .table,
    isWatching: Bool = false
  ) {
    self.kind = kind
    self.name = name
    self.namespace = namespace
    self.format = format
    self.isWatching = isWatching
  }

  /// - Throws: ``VerbError``, `EngineError`; where it watches, `CancellationError` at its end.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    if isWatching { return try await watch(engine, output) }
    let listing = try await listing(engine, nil)
    if listing.items.isEmpty, let name {
      throw VerbError(.conditionFalse, "there is no \(kind.noun) \(name)")
    }
    try await write(listing, output)
    return .done
  }

  // MARK: Reading

  /// The items as they are now; `picture` is the newest, where it is there already.
  private func listing(
    _ engine: any EngineOperations,
    _ picture: MeshPicture?
  ) async throws -> Listing {
    var listing =
      switch kind {
      case .objects(let kind):
        Listing(kind, namespace: namespace, in: try await engine.revision(nil))
      case .revisions: try await revisions(engine)
      case .services: Listing(servicesOf: try await newest(picture, engine))
      case .endpoints: Listing(endpointsOf: try await newest(picture, engine))
      case .clients: Listing(clientsOf: try await newest(picture, engine))
      }
    if let name, kind != .revisions { listing.items.removeAll { !isNamed($0, name) } }
    return listing
  }

  private func newest(
    _ picture: MeshPicture?,
    _ engine: any EngineOperations
  ) async throws -> MeshPicture {
    if let picture { return picture }
    return try await engine.picture()
  }

  /// One alone has its rules with it.
  private func revisions(_ engine: any EngineOperations) async throws -> Listing {
    guard let name else {
      return Listing(try await engine.history(before: nil, limit: Self.historyLimit))
    }
    guard let number = UInt64(name) else {
      throw VerbError(.usage, "the revision is \(name); want a number")
    }
    let revision = try await engine.revision(number)
    var listing = Listing([revision.summary])
    listing.items[0].yaml = { RuleWriter.yaml(revision.rules.objects) }
    return listing
  }

  private func isNamed(_ item: ListedItem, _ name: String) -> Bool {
    if item.name == name || item.cells.first == name { return true }
    return kind == .services && HostName(name).aliases.contains(item.name)
  }

  // MARK: Writing

  private func write(_ listing: Listing, _ output: VerbOutput) async throws {
    switch format {
    case .table, .wide:
      guard !listing.items.isEmpty else { return output.say("there is no \(kind.noun)") }
      try await output.write(listing.table(listing.items, isWide: format == .wide).lines)
    case .name:
      try await output.write(listing.items.map { "\($0.resource)/\($0.name)" })
    case .json:
      let items = try listing.items.map { try $0.json() }
      let text = try jsonList(items, revision: listing.revision, time: output.now())
      try await output.write(text)
    case .yaml:
      try await output.write(try yaml(listing))
    }
  }

  private func yaml(_ listing: Listing) throws(VerbError) -> String {
    var documents: [String] = []
    for item in listing.items {
      guard let yaml = item.yaml else {
        let hint = kind == .revisions ? "the number of one" : "table, wide, json or name"
        throw VerbError(.usage, "-o yaml doesn't go with \(kind.noun)s; want \(hint)")
      }
      documents.append(yaml())
    }
    let text = documents.joined(separator: "---\n")
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  // MARK: Watching

  /// Writes all once, then what becomes different.
  private func watch(
    _ engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    var shown: Listing?
    var revision: UInt64?
    return try await engine.watch(every: interval) { picture in
      // Rules are the same for as long as the revision is.
      if !isOfPicture, revision == picture.revision.number { return nil }
      revision = picture.revision.number
      let listing = try await listing(engine, picture)
      if let old = shown {
        try await writeChanges(from: old, to: listing, output)
      } else {
        try await write(listing, output)
      }
      shown = listing
      return nil
    }
  }

  /// Rates and counts change all the time, rules don't.
  private var interval: Duration { isOfPicture ? .seconds(1) : .milliseconds(250) }

  private var isOfPicture: Bool {
    switch kind {
    case .services, .endpoints, .clients: true
    case .objects, .revisions: false
    }
  }

  /// What must be different for an item to be written again: all of an object, and what is shown of
  /// anything else.
  private func fingerprint(_ item: ListedItem) throws -> [String] {
    if case .objects = kind { return [try item.json()] }
    switch format {
    case .table, .name, .yaml: return item.cells
    case .wide: return item.cells + item.wideCells
    case .json: return [try item.json()]
    }
  }

  private func writeChanges(
    from old: Listing,
    to new: Listing,
    _ output: VerbOutput
  ) async throws {
    let before = Set(try old.items.map(fingerprint))
    let changed = try new.items.filter { !before.contains(try fingerprint($0)) }
    let names = Set(new.items.map(\.cells[0]))
    let gone = old.items.filter { !names.contains($0.cells[0]) }
    guard !changed.isEmpty || !gone.isEmpty else { return }
    switch format {
    case .json, .yaml: try await write(new, output)
    case .name: try await output.write(changed.map { "\($0.resource)/\($0.name)" })
    case .table, .wide:
      let lines = new.table(changed, isWide: format == .wide).lines.dropFirst()
      try await output.write(lines + gone.map { "\($0.cells[0])   deleted" })
    }
  }
}
