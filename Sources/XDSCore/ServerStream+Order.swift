import MeshModel

/// When each type sends: see the order at ``ServerStream``.
extension ServerStream {
  /// Sends what the client lacks, as far as the order allows; notes when the rest is due.
  mutating func sendWhatLacks(time: MonotonicTime, into actions: inout [ServerAction]) {
    due = nil
    advanceDubbo(time)
    guard let view else { return }
    var isBlocked = false
    var areRoutesHeld = false
    for type in ResourceType.allCases where !channels[type.rawValue].subscription.isEmpty {
      if type == .listener || type == .routeConfiguration {
        if isBlocked { continue }
        if mustHoldRoutes(type, view, time) {
          areRoutesHeld = true
          continue
        }
      }
      if !send(type, view, time: time, into: &actions) { isBlocked = true }
    }
    if !areRoutesHeld { routesHeldSince = nil }
  }

  /// Returns false if newer content has to wait.
  private mutating func send(
    _ type: ResourceType,
    _ view: ContentView,
    time: MonotonicTime,
    into actions: inout [ServerAction]
  ) -> Bool {
    let index = type.rawValue
    let keeping = keptClusters(type, view, time)
    let isLacking =
      channels[index].lacks(view) || keeping.count < channels[index].keptCount
      || (channels[index].isWithholding && areRoutesInForce(view))
    guard isLacking || channels[index].isOwed else {
      if let reply = channels[index].advance(to: view.snapshot.revision) {
        report(reply, of: type, into: &actions)
      }
      return true
    }
    guard channels[index].isOwedNow || !channels[index].isPending else { return false }
    // There is nothing to say until the names that may be told of are asked for.
    if type == .endpoints, view.overlay.hidesOtherEndpoints, !isLacking { return false }
    let rules = SendingRules(
      isDelta: isDelta,
      areRoutesInForce: type != .endpoints || areRoutesInForce(view),
      answersAll: needsAllEndpoints,
      tellsRemovals: isDelta && view.snapshot.profile.takesRemovals
    )
    let response = channels[index].send(view, keeping: keeping, rules: rules, time: time)
    if type == .cluster { noteClusters(response, time) }
    actions.append(.send(response))
    actions.append(.event(.sent(type, revision: view.snapshot.revision)))
    return true
  }

  /// Notes what must follow the clusters that go out.
  private mutating func noteClusters(_ response: ServerResponse, _ time: MonotonicTime) {
    let endpoints = ResourceType.endpoints.rawValue
    dubbo?.noteClusters(time)
    channels[endpoints].isBehindClusters = true
    guard isDelta else { return }
    // Envoy asks for nothing, and uses the changed cluster only when its endpoints came again.
    switch response.endpointsNeeded {
    case .all: channels[endpoints].repeatAll()
    case .names(let names): channels[endpoints].repeatNames(names)
    }
  }

  // MARK: Removed clusters

  /// The clusters that the snapshot lacks and the client must keep for now.
  private mutating func keptClusters(
    _ type: ResourceType,
    _ view: ContentView,
    _ time: MonotonicTime
  ) -> [HeldContent.Kept] {
    guard type == .cluster else { return [] }
    let departures = channels[type.rawValue].departures(view)
    guard !departures.isEmpty, areRoutesInForce(view), !expectsRoutes(view, time) else {
      return departures
    }
    guard let dubbo else { return [] }
    // Two removals close together make dubbo-go hang.
    if let last = dubbo.lastClusters {
      let earliest = last.advanced(byNanoseconds: DubboConduct.removalSpacing)
      guard time >= earliest else {
        wake(at: earliest)
        return departures
      }
    }
    if departures.count > 1 {
      wake(at: time.advanced(byNanoseconds: DubboConduct.removalSpacing))
    }
    return Array(departures.dropFirst())
  }

  /// Whether a client that returned, and so may have routes, has yet to ask for them; for a bounded
  /// time.
  private mutating func expectsRoutes(_ view: ContentView, _ time: MonotonicTime) -> Bool {
    guard only == nil, channels[ResourceType.cluster.rawValue].hasReturned,
      !channels[ResourceType.routeConfiguration.rawValue].isKnown
    else { return false }
    return mayWait(since: \.routesExpectedSince, view, time)
  }

  /// Whether the client routes by the newest content, or has no routes.
  private mutating func areRoutesInForce(_ view: ContentView) -> Bool {
    for type in [ResourceType.listener, .routeConfiguration] {
      let index = type.rawValue
      if channels[index].subscription.isEmpty { continue }
      if channels[index].isOwed || channels[index].reply != .acked { return false }
      if channels[index].lacks(view) { return false }
    }
    return true
  }

  // MARK: Routes

  /// Whether routes that are to go out wait for the client's answers.
  private mutating func mustHoldRoutes(
    _ type: ResourceType,
    _ view: ContentView,
    _ time: MonotonicTime
  ) -> Bool {
    let index = type.rawValue
    guard view.snapshot.profile.routesAwaitEndpoints,
      channels[index].isOwed || channels[index].lacks(view),
      !hasAcceptedWhatRoutesNeed(view)
    else { return false }
    return mayWait(since: \.routesHeldSince, view, time)
  }

  private func hasAcceptedWhatRoutesNeed(_ view: ContentView) -> Bool {
    for type in [ResourceType.cluster, .endpoints] {
      let channel = channels[type.rawValue]
      if !channel.subscription.isEmpty, channel.isIntroducing { return false }
    }
    guard view.snapshot.profile.routesAwaitEachEndpoints else { return true }
    let clusters = view.table(.cluster).entries
    let names = channels[ResourceType.routeConfiguration.rawValue].subscription.names
    return names.allSatisfy { name in
      guard case .routeConfiguration(let routes)? = view.resource(.routeConfiguration, named: name)
      else { return true }
      return routes.referencedClusters.allSatisfy {
        clusters[$0] == nil || channels[ResourceType.endpoints.rawValue].hasAccepted($0)
      }
    }
  }

  // MARK: Time

  /// Whether a wait that began at `start`, or begins now, isn't over yet.
  private mutating func mayWait(
    since start: WritableKeyPath<ServerStream, MonotonicTime?>,
    _ view: ContentView,
    _ time: MonotonicTime
  ) -> Bool {
    let since = self[keyPath: start] ?? time
    self[keyPath: start] = since
    let deadline = since.advanced(byNanoseconds: view.snapshot.profile.routesTimeout)
    guard time < deadline else { return false }
    wake(at: deadline)
    return true
  }

  private mutating func wake(at time: MonotonicTime) {
    due = min(due ?? time, time)
  }

  private mutating func advanceDubbo(_ time: MonotonicTime) {
    guard dubbo != nil, let newest else { return }
    let endpoints = channels[ResourceType.endpoints.rawValue]
    if dubbo?.advance(newest, endpoints, time) == true {
      channels[ResourceType.endpoints.rawValue].overlayChanged()
    }
    if let deadline = dubbo?.deadline { wake(at: deadline) }
  }
}
