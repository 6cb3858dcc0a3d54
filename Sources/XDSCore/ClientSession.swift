package import MeshModel

/// The client's side of ADS, state of the world or delta: pure, all types on one stream.
///
/// ```
///  watch ─► LDS ─► RDS ─► CDS ─► EDS ─► update      each step asks for what the one before names
/// ```
/// It lives as long as the client: streams come and go, what was received goes on serving. New routes
/// take effect when all their clusters and endpoints are there, or known not to exist (gRFC A74);
/// until then the old ones serve, and their clusters stay subscribed. A resource that is bad is
/// refused, and the one before it goes on serving; the good ones beside it are used (gRFC A46).
package struct ClientSession: Sendable {
  /// How long a resource that never came is waited for (gRFC A27), in nanoseconds.
  package static let defaultResourceTimeout: UInt64 = 15_000_000_000

  private enum Watch: Sendable {
    case waiting
    case serving(ResolvedListener)
    case failed(String)
  }

  /// The order of the requests on a new stream.
  private static let requestOrder: [ResourceType] = [
    .listener, .routeConfiguration, .cluster, .endpoints,
  ]

  package let node: Node
  private let variant: XDSVariant
  private let resourceTimeout: UInt64
  private var channels = ResourceType.allCases.map(ClientChannel.init)
  private var watches: [String: Watch] = [:]
  /// Sorted, so that equal sessions act in the same order.
  private var watched: [String] = []
  private var isOpen = false
  private var hasSentNode = false

  /// - Parameters:
  ///   - node: Sent with the first request of each stream.
  ///   - variant: Which kind of requests it makes.
  ///   - resourceTimeout: In nanoseconds.
  package init(
    node: Node,
    variant: XDSVariant = .stateOfTheWorld,
    resourceTimeout: UInt64 = ClientSession.defaultResourceTimeout
  ) {
    self.node = node
    self.variant = variant
    self.resourceTimeout = resourceTimeout
  }

  /// What a dial target resolves to now; nil while waiting or failed.
  package func resolved(_ listener: String) -> ResolvedListener? {
    guard case .serving(let resolved)? = watches[listener] else { return nil }
    return resolved
  }

  /// The names that are asked for, sorted.
  package func names(of type: ResourceType) -> [String] { channels[type.rawValue].names }

  // MARK: Events

  /// Begins to resolve a dial target (`host:port`); watching it twice is the same as once.
  package mutating func watch(_ listener: String, time: MonotonicTime) -> [ClientAction] {
    guard watches[listener] == nil else { return [] }
    watches[listener] = .waiting
    watched = watches.keys.sorted()
    return settle(time)
  }

  /// Forgets a dial target.
  package mutating func unwatch(_ listener: String, time: MonotonicTime) -> [ClientAction] {
    guard watches.removeValue(forKey: listener) != nil else { return [] }
    watched = watches.keys.sorted()
    return settle(time)
  }

  /// A new ADS stream is open; one before it counts as closed.
  package mutating func streamOpened(time: MonotonicTime) -> [ClientAction] {
    isOpen = true
    hasSentNode = false
    for index in channels.indices { channels[index].streamOpened(deadline: deadline(time)) }
    return settle(time)
  }

  /// Takes a response of the open stream; one of a type that wasn't asked for is ignored.
  package mutating func receive(
    _ response: DiscoveryResponse,
    time: MonotonicTime
  ) -> [ClientAction] {
    receive(response.typeURL, time) { $0.receive(response) }
  }

  /// Takes a delta response of the open stream; one of a type that wasn't asked for is ignored.
  package mutating func receive(
    _ response: DeltaDiscoveryResponse,
    time: MonotonicTime
  ) -> [ClientAction] {
    receive(response.typeURL, time) { $0.receive(response) }
  }

  private mutating func receive(
    _ typeURL: String,
    _ time: MonotonicTime,
    _ take: (inout ClientChannel) -> Void
  ) -> [ClientAction] {
    guard isOpen, let type = ResourceType(typeURL: typeURL), channels[type.rawValue].hasRequested
    else { return [] }
    take(&channels[type.rawValue])
    return settle(time)
  }

  /// The stream ended; what was received goes on serving.
  package mutating func streamClosed(time: MonotonicTime) {
    isOpen = false
    for index in channels.indices { channels[index].streamClosed() }
  }

  /// When to call ``tick(time:)`` next; nil for never.
  package var nextDeadline: MonotonicTime? { channels.compactMap(\.nextDeadline).min() }

  /// Lets resources that never came count as not existing.
  package mutating func tick(time: MonotonicTime) -> [ClientAction] {
    guard let nextDeadline, nextDeadline <= time else { return [] }
    for index in channels.indices { channels[index].tick(time) }
    return settle(time)
  }

  // MARK: Decisions

  /// Works out what serves now and what is asked for, and tells both.
  private mutating func settle(_ time: MonotonicTime) -> [ClientAction] {
    var actions: [ClientAction] = []
    var resolution = ClientResolution(channels)
    for listener in watched {
      if let action = resolve(listener, by: &resolution) { actions.append(action) }
    }
    let deadline = isOpen ? deadline(time) : nil
    for index in channels.indices {
      channels[index].subscribe(to: resolution.names[index], deadline: deadline)
    }
    if isOpen { takeRequests(into: &actions) }
    return actions
  }

  private mutating func resolve(
    _ listener: String,
    by resolution: inout ClientResolution
  ) -> ClientAction? {
    let old = watches[listener]
    switch (resolution.resolve(listener), old) {
    case (.ready(let new), .serving(let old)?) where new == old:
      return nil
    case (.ready(let new), _):
      watches[listener] = .serving(new)
      return .update(listener: listener, new)
    case (.failed(let new), .failed(let old)?) where new == old:
      return nil
    case (.failed(let reason), _):
      watches[listener] = .failed(reason)
      return .fail(listener: listener, reason: reason)
    case (.waiting, .serving(let old)?):
      let refreshed = resolution.refresh(old)
      guard refreshed != old else { return nil }
      watches[listener] = .serving(refreshed)
      return .update(listener: listener, refreshed)
    case (.waiting, _):
      return nil
    }
  }

  private mutating func takeRequests(into actions: inout [ClientAction]) {
    for type in Self.requestOrder {
      guard let action = takeRequest(type) else { continue }
      hasSentNode = true
      actions.append(action)
    }
  }

  private mutating func takeRequest(_ type: ResourceType) -> ClientAction? {
    let node = hasSentNode ? nil : node
    let request: AnyRequest? =
      switch variant {
      case .stateOfTheWorld:
        channels[type.rawValue].takeRequest(node: node).map { .stateOfTheWorld($0) }
      case .delta: channels[type.rawValue].takeDeltaRequest(node: node).map { .delta($0) }
      }
    return request.map { .send($0) }
  }

  private func deadline(_ time: MonotonicTime) -> MonotonicTime {
    time.advanced(byNanoseconds: resourceTimeout)
  }
}
