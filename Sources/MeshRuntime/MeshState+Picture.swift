import MeshModel
package import MeshPicture
import TrafficStatistics
import XDSCore

extension MeshState {
  private static let noteLimit = 16

  /// Everything that a console shows, with all calls of the log.
  ///
  /// It forgets what has become too old, and so changes the state.
  package mutating func picture(now: Moment) -> MeshPicture {
    picture(for: nil, callLimit: CallLog.capacity, now: now)
  }

  /// Everything that a viewer's console shows, with at most `callLimit` calls of its filter.
  package mutating func picture(
    for viewer: CallViewerID?,
    callLimit: Int,
    now: Moment
  ) -> MeshPicture {
    sweepClients(at: now.monotonic)
    settleSources(at: now)
    traffic.advance(to: now.monotonic)
    let clients = clientPictures(at: now.monotonic)
    return MeshPicture(
      mesh: meshName,
      time: now.wall,
      revision: revisionPicture(clients),
      services: servicePictures(at: now.monotonic),
      clients: clients,
      endpoints: endpointPictures(at: now.monotonic),
      calls: calls.picture(for: viewer, limit: callLimit),
      events: events.events,
      clocks: clocksPicture,
      xdsAddress: xdsAddress
    )
  }

  private var clocksPicture: ClocksPicture {
    var picture = clocks.picture
    guard picture.canShowEffect, !clocks.canShowEffectByCluster else { return picture }
    let tells = clients.all.filter(\.isLive).map { sources.source(ofNode: $0.node) }
    // Where a client says nothing yet, it may still say all.
    picture.isEffectHidden =
      !tells.isEmpty && tells.allSatisfy { $0 == .loadReport || $0 == .log }
    return picture
  }

  private func revisionPicture(_ clients: [ClientPicture]) -> RevisionPicture {
    RevisionPicture(
      number: book.newest.number,
      time: book.newest.time,
      title: book.newest.title,
      canUndo: book.canUndo,
      canRedo: book.canRedo,
      findings: findings,
      acked: self.clients.complete,
      nacked: clients.count { $0.state == .nacked },
      connected: self.clients.live
    )
  }

  // MARK: Clients

  private func clientPictures(at now: MonotonicTime) -> [ClientPicture] {
    let rows = clients.all.sorted {
      ($0.nodeName, $0.nodeID, $0.place) < ($1.nodeName, $1.nodeID, $1.place)
    }
    let notes = Dictionary(
      uniqueKeysWithValues: NodeProfile.allCases.map { ($0, self.notes(on: $0)) }
    )
    var pictures = rows.map { entry in
      let own = entry.isLive ? entry.profile.flatMap { notes[$0] } : nil
      return picture(of: entry, notes: own ?? [], at: now)
    }
    let known = Set(rows.map(\.nodeName))
    for id in processes.ids(of: .client).sorted() where !known.contains(id) {
      let picture = ClientPicture(
        name: id.printable(limit: TextLimit.name),
        nodeID: "",
        state: .disconnected,
        process: processes[.client, id]
      )
      pictures.insert(picture, at: pictures.firstIndex { $0.name > id } ?? pictures.count)
    }
    return pictures
  }

  private func picture(
    of entry: ClientEntry,
    notes: [String],
    at now: MonotonicTime
  ) -> ClientPicture {
    ClientPicture(
      name: entry.name,
      nodeID: entry.nodeID,
      profile: entry.profile?.rawValue ?? "",
      state: entry.state(at: now, push: clocks.push, pushed: clocks.accepted),
      types: entry.typeStates { pushes.revision(ofPush: $0) },
      sentRevision: entry.sentPush.flatMap { pushes.revision(ofPush: $0) },
      ackedRevision: entry.ackedPush.flatMap { pushes.revision(ofPush: $0) },
      ackMicroseconds: entry.ackMicroseconds,
      nackMessage: entry.nackMessage,
      calls: entry.calls,
      callsPerSecond: entry.rate.perSecond(atNanoseconds: now.nanoseconds),
      failed: entry.failed,
      source: sources.source(ofNode: entry.node)?.rawValue ?? "none",
      notes: notes,
      variant: entry.variant.rawValue,
      clusters: entry.clusters.pictures,
      strayCalls: entry.strayCalls,
      // Of several rows of a node ID nobody knows which is the process that the engine started.
      process: entry.place == 1 ? processes[.client, entry.nodeName] : nil
    )
  }

  /// What clients of a profile can't do as the rules ask.
  private func notes(on profile: NodeProfile) -> [String] {
    guard let set = newestSet else { return [] }
    return set[profile].notes.prefix(MeshState.noteLimit).map { note in
      let rule = note.rule.map { "\(label(of: $0)): " } ?? ""
      return (rule + note.message).printable(limit: TextLimit.message)
    }
  }
}

extension ClientEntry {
  /// The newest push that it was sent something of.
  var sentPush: UInt64? {
    let newest = stream?.types.map { max($0?.sent ?? 0, $0?.acked ?? 0) }.max()
    return newest == 0 ? nil : newest
  }

  /// The newest push that is in force on it, for all types that it asked for.
  var ackedPush: UInt64? {
    let states = stream?.types.compactMap { $0 } ?? []
    guard !states.isEmpty, states.allSatisfy({ $0.acked != nil }) else { return nil }
    return states.compactMap(\.acked).min()
  }

  /// LDS, RDS, CDS, EDS, as far as it asked for them.
  func typeStates(revision: (UInt64) -> UInt64?) -> [ClientPicture.TypeState] {
    let order: [ResourceType] = [.listener, .routeConfiguration, .cluster, .endpoints]
    return order.compactMap { type in
      guard let state = stream?[type] else { return nil }
      return ClientPicture.TypeState(
        type: type.shortName,
        ackedRevision: state.acked.flatMap(revision),
        isNacked: state.isNacked,
        isPending: state.pendingSince != nil,
        subscribed: state.names
      )
    }
  }
}
