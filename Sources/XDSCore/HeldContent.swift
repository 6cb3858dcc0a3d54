/// What one client holds of one type, as far as it was told on this stream.
///
/// Of names that are asked for it keeps a stamp each; of a wildcard, the table that was sent. Both
/// are compared with the newest by the tables' change logs, so an edit of one resource costs no look
/// at all the others.
struct HeldContent: Sendable {
  typealias Entry = SnapshotStorage.Entry

  /// A cluster that a wildcard client holds though the snapshot lacks it.
  struct Kept: Sendable {
    let name: String
    /// What the client was last told; nil where an earlier stream told it.
    let entry: Entry?
  }

  /// Stamps that no snapshot gives.
  enum Stamp {
    /// The name is new on the stream.
    static let neverSent = UInt64.max
    /// The client may have it from an earlier stream.
    static let unknown = UInt64.max - 1
    /// The client has it, and needs it again.
    static let repeated = UInt64.max - 2
  }

  let type: ResourceType
  /// What the client has of each name, by the order of the names asked for.
  private(set) var stamps: [UInt64] = []
  /// Whether some of ``stamps`` are none of a snapshot.
  private var hasOddStamps = false
  /// The names of which nothing is said, so that the client keeps what it has.
  private(set) var unsaid: Set<String> = []
  /// The last content of names that the mesh no longer has.
  private var departed: [String: Entry] = [:]
  /// The table that the stamps are from.
  private var told: SnapshotStorage.Table?
  /// The serial of ``told``; 0 where all names must be compared.
  private var toldSerial: UInt64 = 0
  /// The serial of the table that the client was last found to have all of, by name.
  private var checkedSerial: UInt64 = 0
  /// The table that a wildcard was last sent; nil before.
  private(set) var wildcard: SnapshotStorage.Table?
  /// Clusters beyond ``wildcard`` that the client still holds.
  private(set) var kept: [Kept] = []
  /// What a wildcard client brought from an earlier stream: versions by name; nil without any.
  private(set) var brought: [String: String]?
  /// What the client refused, and so may lack; to be sent with the next change.
  private(set) var refused: Set<String> = []
  /// Whether the client came with what an earlier stream had brought.
  private(set) var hasReturned = false
  /// The version that it came with; of state of the world only.
  private(set) var returnedVersion: ConfigVersion?
  /// Whether it has returned, and was sent nothing since.
  private var isReturning = false
  /// Whether nothing was said of a name because routes on their way may make it needless.
  private(set) var isWithholding = false

  init(_ type: ResourceType) {
    self.type = type
  }

  // MARK: Subscriptions

  /// Notes that the client asks for other names than before.
  mutating func resubscribe(from old: Subscription, to new: Subscription) {
    if !new.isWildcard || !old.isWildcard {
      wildcard = nil
      kept = []
    }
    // Both lists are sorted.
    var index = 0
    stamps = new.names.map { name in
      while index < old.names.count, old.names[index] < name { index += 1 }
      if index < old.names.count, old.names[index] == name { return stamps[index] }
      hasOddStamps = true
      return Stamp.neverSent
    }
    guard !unsaid.isEmpty || !departed.isEmpty || !refused.isEmpty else { return }
    unsaid = unsaid.filter { new.index(of: $0) != nil }
    departed = departed.filter { new.index(of: $0.key) != nil }
    refused = refused.filter { new.isWildcard || new.index(of: $0) != nil }
  }

  /// Notes that the client, on its first request, has content that an earlier stream brought.
  mutating func noteReturn(_ version: String) {
    hasReturned = true
    isReturning = true
    returnedVersion = ConfigVersion(version)
  }

  /// Notes which versions a delta client has from an earlier stream.
  mutating func noteReturn(
    _ versions: [String: String],
    _ subscription: Subscription,
    _ view: ContentView
  ) {
    guard !versions.isEmpty else { return }
    hasReturned = true
    isReturning = true
    if subscription.isWildcard { brought = versions }
    if type == .endpoints, view.snapshot.profile.needsEndpointsOnReturn { return }
    for (name, version) in versions {
      guard let index = subscription.index(of: name) else { continue }
      let stamp = view.stamp(type, named: name)
      if stamp != 0, version == view.versionText(type, named: name) { stamps[index] = stamp }
    }
  }

  /// Notes that the client needs names again though it has them.
  ///
  /// - Returns: Whether it asks for any of them.
  mutating func repeatNames(_ names: [String], _ subscription: Subscription) -> Bool {
    var isAny = false
    for name in names {
      guard let index = subscription.index(of: name) else { continue }
      isAny = true
      if stamps[index] < Stamp.repeated { stamps[index] = Stamp.repeated }
    }
    if isAny { hasOddStamps = true }
    return isAny
  }

  /// Notes that the client needs all names again.
  mutating func repeatAll() {
    for index in stamps.indices where stamps[index] < Stamp.repeated && stamps[index] != 0 {
      stamps[index] = Stamp.repeated
      hasOddStamps = true
    }
  }

  /// Notes that the client needs all that its wildcard stands for again.
  mutating func repeatWildcard() {
    if let wildcard { refused.formUnion(wildcard.names) }
  }

  /// Notes that the client needs to be told what its wildcard says of these.
  mutating func repeatInWildcard(_ names: [String]) { refused.formUnion(names) }

  /// Notes that the client refused this, and so may have older content of it.
  mutating func noteRefusal(_ content: SentContent) {
    refused.formUnion(content.names)
    refused.formUnion(content.removed)
    if content.isAll { refused.formUnion(wildcard?.names ?? []) }
  }

  /// Forgets what was compared with which table; for when the overlay changes.
  mutating func invalidate() {
    checkedSerial = 0
    toldSerial = 0
  }

  // MARK: What is lacking

  /// Whether the client lacks content that it was not sent; cheap where the type didn't change.
  ///
  /// Clusters and endpoints that vanished are not lacking: a client that asks for them by name
  /// drops them itself, after its routes have moved.
  mutating func lacks(_ view: ContentView, _ subscription: Subscription) -> Bool {
    let table = view.table(type)
    if subscription.isWildcard, wildcard?.serial != table.serial { return true }
    if checkedSerial == table.serial, !hasOddStamps { return false }
    for index in candidates(table, since: checkedSerial, subscription) {
      let name = subscription.names[index]
      let newest = view.stamp(type, named: name)
      if newest != stamps[index], newest != 0 || !type.outlivesRemoval,
        !view.hides(type, named: name)
      {
        return true
      }
    }
    checkedSerial = table.serial
    return false
  }

  /// Whether the client was told of the name, and that it exists.
  func has(_ name: String, _ subscription: Subscription) -> Bool {
    guard let index = subscription.index(of: name) else { return false }
    return stamps[index] != 0 && stamps[index] < Stamp.unknown
  }

  // MARK: Sending

  /// Notes that the client is sent all that it asks for, and says what that is.
  ///
  /// - Parameters:
  ///   - view: The newest.
  ///   - subscription: What it asks for.
  ///   - keeping: Departed clusters that it may still need.
  ///   - rules: How to speak of what isn't there.
  /// - Returns: What goes into the response.
  mutating func bringUpToDate(
    _ view: ContentView,
    _ subscription: Subscription,
    keeping: [Kept],
    rules: SendingRules
  ) -> SentContent {
    let table = view.table(type)
    var content = SentContent()
    if type == .endpoints, isReturning, rules.answersAll { recallEndpoints(view, subscription) }
    tellNames(view, subscription, rules, into: &content)
    if subscription.isWildcard { tellWildcard(view, keeping, rules, into: &content) }
    if type == .endpoints {
      content.extra = departed.sorted { $0.key < $1.key }.map(\.value)
    }
    content.omitted = unsaid
    kept = subscription.isWildcard ? keeping : []
    content.kept = kept
    told = table
    checkedSerial = table.serial
    toldSerial = table.serial
    isReturning = false
    refused = []
    return content
  }

  /// Readies the last endpoints of clusters that are gone: a client that returns may still route to
  /// them, and would lose its calls if it were told that they are empty.
  private mutating func recallEndpoints(_ view: ContentView, _ subscription: Subscription) {
    for last in view.snapshot.storage.removedClusters.compactMap(\.endpoints) {
      let name = last.resource.name
      guard let index = subscription.index(of: name), stamps[index] == Stamp.neverSent,
        view.stamp(type, named: name) == 0
      else { continue }
      departed[name] = last
      stamps[index] = Stamp.repeated
    }
  }

  private mutating func tellNames(
    _ view: ContentView,
    _ subscription: Subscription,
    _ rules: SendingRules,
    into content: inout SentContent
  ) {
    let indices = candidates(view.table(type), since: toldSerial, subscription)
    isWithholding = false
    hasOddStamps = false
    for index in indices {
      let name = subscription.names[index]
      if view.hides(type, named: name) {
        unsaid.insert(name)
        hasOddStamps = true
        continue
      }
      let newest = view.stamp(type, named: name)
      let old = stamps[index]
      if newest != 0 {
        unsaid.remove(name)
        departed[name] = nil
        if old >= Stamp.unknown { content.isIntroducing = true }
        stamps[index] = newest
        if newest != old || refused.contains(name) { content.names.append(name) }
      } else {
        tellAbsent(index, name, rules, into: &content)
      }
    }
  }

  /// Says what there is to say of a name that the mesh doesn't have.
  private mutating func tellAbsent(
    _ index: Int,
    _ name: String,
    _ rules: SendingRules,
    into content: inout SentContent
  ) {
    let old = stamps[index]
    let isNews = leavesAlone(index, name, rules) ? false : old != 0 || refused.contains(name)
    if stamps[index] == 0 { unsaid.remove(name) } else if type == .endpoints { unsaid.insert(name) }
    if old == Stamp.repeated, departed[name] != nil { content.names.append(name) }
    guard isNews else { return }
    if rules.tellsRemovals { content.removed.append(name) } else { content.names.append(name) }
  }

  /// Decides whether nothing is said of a name that the mesh doesn't have.
  ///
  /// A cluster always exists for those who ask. Of endpoints that the client has, or may have,
  /// nothing is said: it drops them when its routes have moved. One that it doesn't have is empty,
  /// so that calls fail at once; but while newer routes are on their way, waiting is better.
  private mutating func leavesAlone(_ index: Int, _ name: String, _ rules: SendingRules) -> Bool {
    let old = stamps[index]
    switch type {
    case .listener, .routeConfiguration:
      stamps[index] = 0
      return false
    case .cluster:
      guard old >= Stamp.unknown else { return true }
      stamps[index] = 0
      return false
    case .endpoints:
      return leavesEndpointsAlone(index, name, rules)
    }
  }

  private mutating func leavesEndpointsAlone(
    _ index: Int,
    _ name: String,
    _ rules: SendingRules
  ) -> Bool {
    switch stamps[index] {
    case 0:
      return false
    case Stamp.neverSent where isReturning && !rules.answersAll:
      stamps[index] = Stamp.unknown
      return true
    case Stamp.neverSent where rules.areRoutesInForce || rules.answersAll:
      stamps[index] = 0
      return false
    case Stamp.neverSent:
      isWithholding = true
      hasOddStamps = true
      return true
    case Stamp.unknown:
      return true
    default:
      if rules.answersAll, departed[name] == nil { departed[name] = told?.entries[name] }
      guard stamps[index] == Stamp.repeated else { return true }
      // What isn't known any more can't be repeated, and silence would leave the client waiting.
      stamps[index] = departed[name]?.stamp ?? 0
      return stamps[index] != 0
    }
  }

  private mutating func tellWildcard(
    _ view: ContentView,
    _ keeping: [Kept],
    _ rules: SendingRules,
    into content: inout SentContent
  ) {
    let table = view.table(type)
    if rules.isDelta {
      let keptNames = Set(keeping.map(\.name))
      let departures = departures(view)
      content.removed += departures.map(\.name).filter { !keptNames.contains($0) }
    }
    switch (wildcard, brought) {
    case (let old?, _):
      content.isIntroducing = content.isIntroducing || table.additionSerial > old.serial
      if rules.isDelta { tellChanges(from: old, view, into: &content) }
    case (nil, let brought?):
      content.isIntroducing = true
      let all = table.names + view.additions(type).map(\.name)
      let news = all.filter { brought[$0] != view.versionText(type, named: $0) }
      content.isAll = news.count == all.count
      if !content.isAll {
        let listed = Set(content.names)
        content.names += news.filter { !listed.contains($0) }
      }
    case (nil, nil):
      content.isIntroducing = true
      content.isAll = true
    }
    wildcard = table
    brought = nil
    returnedVersion = nil
  }

  private func tellChanges(
    from old: SnapshotStorage.Table,
    _ view: ContentView,
    into content: inout SentContent
  ) {
    var listed = Set(content.names).union(content.removed)
    let changed = view.table(type).names(changedSince: old)
    for name in changed + refused where listed.insert(name).inserted {
      let stamp = view.stamp(type, named: name)
      if stamp != 0, stamp != old.entries[name]?.stamp || refused.contains(name) {
        content.names.append(name)
      } else if stamp == 0, refused.contains(name) {
        content.removed.append(name)
      }
    }
  }

  // MARK: Comparing

  /// Where names stand whose content may be other than the client's.
  private func candidates(
    _ table: SnapshotStorage.Table,
    since serial: UInt64,
    _ subscription: Subscription
  ) -> [Int] {
    // A listener is also asked for by names that the log doesn't know.
    guard type != .listener, let changed = table.changes.names(since: serial),
      (changed.count + refused.count) * 8 < stamps.count
    else { return Array(stamps.indices) }
    var indices = hasOddStamps ? stamps.indices.filter { stamps[$0] >= Stamp.repeated } : []
    for name in Set(changed).union(refused).sorted() {
      guard let index = subscription.index(of: name), stamps[index] < Stamp.repeated else {
        continue
      }
      indices.append(index)
    }
    return indices
  }
}
