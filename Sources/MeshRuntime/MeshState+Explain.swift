import MeshModel
import MeshPicture
import XDSCore

extension MeshState {
  /// What a call is to be explained by, and what the client that was asked about has of its own.
  struct ExplainView: Sendable {
    let explainer: CallExplainer
    let client: HeldRoutes?
  }

  /// The routes that a client has in force.
  struct HeldRoutes: Sendable {
    let name: String
    let nodeID: String
    let isLive: Bool
    let revision: UInt64?
    let nackMessage: String
    /// By its own routes; nil where it has none, or they are no longer kept.
    let explainer: CallExplainer?
    /// Types whose newest content it has not acknowledged, though it asked for them.
    let behind: [ResourceType]
  }

  /// - Throws: ``EngineError`` with code `notFound` or `invalid`.
  func explainView(_ request: ExplainRequest) throws(EngineError) -> ExplainView {
    var profile = NodeProfile.grpc
    if let name = request.profile { profile = try NodeProfile(named: name) }
    var client: ClientEntry?
    if let name = request.client {
      let entry = try self.client(named: name)
      profile = entry.profile ?? profile
      client = entry
    }
    let explainer = try explainer(request, profile)
    return ExplainView(
      explainer: explainer,
      client: client.map { held(by: $0, profile, request, explainer.snapshot) }
    )
  }

  private func explainer(
    _ request: ExplainRequest,
    _ profile: NodeProfile
  ) throws(EngineError) -> CallExplainer {
    guard let set = newestSet else { throw EngineError(.notFound, "nothing was published yet") }
    let newest = pushes.revision(ofPush: set.revision) ?? book.newest.number
    guard let revision = request.revision, revision != newest else {
      return explainer(set[profile], newest, lookup(of: set[profile]), request)
    }
    guard let push = pushes.lastPush(ofRevision: revision),
      let content = pushes.content(atPush: push, of: profile)
    else {
      throw EngineError(
        .notFound,
        "the routes of revision \(revision) are not kept; the newest revision is \(newest)"
      )
    }
    return explainer(content.snapshot, revision, content.lookup, request)
  }

  private func explainer(
    _ snapshot: Snapshot,
    _ revision: UInt64,
    _ lookup: MeshLookup,
    _ request: ExplainRequest
  ) -> CallExplainer {
    let place = snapshot.servicePort(dialled: request.authority).flatMap { traffic.places[$0] }
    return CallExplainer(
      snapshot: snapshot,
      revision: revision,
      lookup: lookup,
      workloads: inventory.workloads,
      tables: tables,
      paths: place.map { traffic.services[$0].paths } ?? []
    )
  }

  /// Of the rules that a snapshot was built from.
  private func lookup(of snapshot: Snapshot) -> MeshLookup {
    pushes.content(atPush: snapshot.revision, of: snapshot.profile)?.lookup ?? traffic.lookup
  }

  private func client(named name: String) throws(EngineError) -> ClientEntry {
    if let entry = clients.find(name) { return entry }
    let names = clients.names
    let near = NearestName.nearest(to: name, among: names).map { "; did you mean \($0)?" }
    let some = names.prefix(3).joined(separator: ", ")
    let known =
      names.isEmpty ? "; none is known" : "; there are \(some)" + (names.count > 3 ? ", ..." : "")
    throw EngineError(.notFound, "no client is called \(name)" + (near ?? known))
  }

  private func held(
    by entry: ClientEntry,
    _ profile: NodeProfile,
    _ request: ExplainRequest,
    _ explained: Snapshot
  ) -> HeldRoutes {
    let push = clients.routesPush(of: entry.id)
    let content = push.flatMap { pushes.content(atPush: $0, of: profile) }
    let own = content.map { content in
      explainer(
        content.snapshot,
        push.flatMap { pushes.revision(ofPush: $0) } ?? 0,
        content.lookup,
        request
      )
    }
    let behind = ResourceType.inReadingOrder.filter { type in
      guard let state = entry.stream?[type] else { return false }
      return (state.acked ?? 0) < explained.version(of: type).revision
    }
    return HeldRoutes(
      name: entry.name,
      nodeID: entry.nodeID,
      isLive: entry.isLive,
      revision: entry.ackedPush.flatMap { pushes.revision(ofPush: $0) },
      nackMessage: entry.nackMessage,
      explainer: own,
      behind: behind
    )
  }
}
