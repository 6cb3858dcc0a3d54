import MeshModel

@testable import XDSCore

/// What a real client does with a stream, as far as it matters to one that obeys: asks for what it
/// needs, answers in the order of what came, and notices what breaks its calls.
struct ModelClient {
  enum Kind: CaseIterable {
    /// All clusters and listeners; accepts clusters only when it can use them; knows no route to a
    /// cluster that it doesn't have.
    case envoy
    /// All clusters, then the endpoints of each, names growing one by one; forgets endpoints only when
    /// they are told unhealthy.
    case dubbo
  }

  let kind: Kind
  let variant: XDSVariant
  let routes: [String]
  /// What came, by name.
  private(set) var clusters: [String: Resource] = [:]
  private(set) var endpoints: [String: Resource] = [:]
  private(set) var listeners: [String: Resource] = [:]
  private(set) var routeConfigurations: [String: Resource] = [:]
  /// Clusters that wait for their endpoints, with the nonce to accept when all have come.
  private var warming: Set<String> = []
  private var withheld: String?
  /// Clusters that it could use at some time: a changed one serves as it was while it warms.
  private var usable: Set<String> = []
  /// Whether its routes are known to fit its clusters: dubbo-go doesn't say that it returns, so what
  /// it brought may be out of date.
  private var hasRoutes = false
  private var nonces: [ResourceType: String] = [:]
  private var versions: [ResourceType: [String: String]] = [:]
  /// What was accepted last, by type; Envoy brings it to a new stream.
  private var accepted: [ResourceType: String] = [:]
  private var askedEndpoints: Set<String> = []
  /// The clusters that route configurations send calls to.
  private var routed: [String: Set<String>] = [:]
  /// What broke the contract.
  private(set) var problems: [String] = []
  /// The percentage of route configurations to refuse.
  var refusals = 0
  private(set) var outbox: [AnyRequest] = []

  init(_ kind: Kind, _ variant: XDSVariant, routes: [String]) {
    self.kind = kind
    self.variant = variant
    self.routes = routes
  }

  var profile: NodeProfile { kind == .envoy ? .envoy : .dubbo }
  var isIdle: Bool { outbox.isEmpty }
  /// Whether clusters still wait for their endpoints.
  var isWarming: Bool { !warming.isEmpty }

  mutating func takeRequest() -> AnyRequest? { outbox.isEmpty ? nil : outbox.removeFirst() }

  // MARK: Streams

  mutating func connect() {
    outbox = []
    nonces = [:]
    withheld = nil
    askedEndpoints = []
    if kind == .dubbo { hasRoutes = false }
    warming = warming.intersection(clusters.keys)
    request(.cluster, kind == .dubbo ? ["*"] : [])
    if kind == .envoy { request(.listener, []) }
    askForEndpoints(clusters.keys.sorted())
    request(.routeConfiguration, routes)
  }

  private mutating func request(_ type: ResourceType, _ names: [String]) {
    switch variant {
    case .stateOfTheWorld:
      outbox.append(
        .stateOfTheWorld(
          DiscoveryRequest(
            typeURL: type.typeURL,
            versionInfo: accepted[type] ?? "",
            node: Node(id: "model"),
            resourceNames: names
          )
        )
      )
    case .delta:
      outbox.append(
        .delta(
          DeltaDiscoveryRequest(
            typeURL: type.typeURL,
            node: Node(id: "model"),
            subscribe: names,
            initialVersions: versions[type] ?? [:]
          )
        )
      )
    }
  }

  // MARK: Responses

  /// Takes a response that was made from `snapshot`.
  mutating func receive(_ response: ServerResponse, of snapshot: Snapshot, refuses: Bool) {
    let type = response.type
    nonces[type] = response.nonce
    let isRefused = refuses && type == .routeConfiguration
    if !isRefused {
      if kind == .envoy { accepted[type] = response.version.description }
      switch response.variant {
      case .stateOfTheWorld: take(type, response.resources, isAll: type.isStateOfTheWorld)
      case .delta: take(response)
      }
    }
    if type == .routeConfiguration, !isRefused {
      hasRoutes = true
      noteRouted(snapshot)
    }
    answer(type, response.nonce, error: isRefused ? "refused" : nil)
    check()
  }

  private mutating func take(_ response: ServerResponse) {
    let type = response.type
    for item in response.deltaResources {
      if item.name != item.resource.name { problems.append("\(item.name) bears another name") }
      versions[type, default: [:]][item.name] = item.version
    }
    for name in response.removed { versions[type]?[name] = nil }
    take(type, response.deltaResources.map(\.resource), isAll: false)
    remove(type, response.removed)
  }

  private mutating func take(_ type: ResourceType, _ resources: [Resource], isAll: Bool) {
    let byName = Dictionary(resources.map { ($0.name, $0) }) { first, _ in
      problems.append("\(first.name) came twice in a response")
      return first
    }
    switch type {
    case .cluster: takeClusters(byName, isAll: isAll)
    case .endpoints:
      for (name, resource) in byName {
        endpoints[name] = resource
        warm(name)
      }
    case .listener: listeners = isAll ? byName : listeners.merging(byName) { $1 }
    case .routeConfiguration: routeConfigurations.merge(byName) { $1 }
    }
  }

  private mutating func remove(_ type: ResourceType, _ names: [String]) {
    for name in names {
      switch type {
      case .cluster: drop(name)
      case .endpoints: warm(name)
      case .listener: listeners[name] = nil
      case .routeConfiguration: break
      }
    }
    // Endpoints are asked for no more once their cluster is gone.
    if type == .cluster { askForEndpoints([]) }
  }

  private mutating func warm(_ name: String) {
    warming.remove(name)
    if clusters[name] != nil { usable.insert(name) }
  }

  private mutating func drop(_ name: String) {
    usable.remove(name)
    clusters[name] = nil
    endpoints[name] = nil
    warming.remove(name)
  }

  private mutating func takeClusters(_ new: [String: Resource], isAll: Bool) {
    let gone = isAll ? clusters.keys.filter { new[$0] == nil } : []
    if kind == .dubbo, gone.count > 1 { problems.append("\(gone.count) clusters removed at once") }
    for name in gone { drop(name) }
    let changed = new.filter { clusters[$0.key] != $0.value }.keys.sorted()
    clusters.merge(new) { $1 }
    if kind == .envoy { warming.formUnion(changed) }
    askForEndpoints(changed)
  }

  // MARK: Requests

  private mutating func askForEndpoints(_ names: [String]) {
    let wanted = Set(clusters.keys)
    switch variant {
    case .delta:
      let added = wanted.subtracting(askedEndpoints).sorted()
      let removed = askedEndpoints.subtracting(wanted).sorted()
      guard !added.isEmpty || !removed.isEmpty else { return }
      for name in removed { versions[.endpoints]?[name] = nil }
      let isFirst = nonces[.endpoints] == nil && askedEndpoints.isEmpty
      outbox.append(
        .delta(
          DeltaDiscoveryRequest(
            typeURL: ResourceType.endpoints.typeURL,
            node: Node(id: "model"),
            subscribe: added,
            unsubscribe: removed,
            initialVersions: isFirst
              ? versions[.endpoints]?.filter { wanted.contains($0.key) } ?? [:] : [:]
          )
        )
      )
      askedEndpoints = wanted
    case .stateOfTheWorld:
      // dubbo-go asks for one more name with each request.
      let steps = kind == .dubbo ? wanted.subtracting(askedEndpoints).sorted() : []
      for name in steps.dropLast() {
        askedEndpoints.insert(name)
        sendEndpointNames()
      }
      guard !names.isEmpty || wanted != askedEndpoints else { return }
      askedEndpoints = wanted
      sendEndpointNames()
    }
  }

  private mutating func sendEndpointNames() {
    outbox.append(
      .stateOfTheWorld(
        DiscoveryRequest(
          typeURL: ResourceType.endpoints.typeURL,
          versionInfo: accepted[.endpoints] ?? "",
          node: Node(id: "model"),
          resourceNames: askedEndpoints.sorted(),
          responseNonce: nonces[.endpoints] ?? ""
        )
      )
    )
  }

  private mutating func answer(_ type: ResourceType, _ nonce: String, error: String?) {
    if type == .cluster, kind == .envoy {
      withheld = nonce
    } else {
      reply(type, nonce, error)
    }
    guard warming.isEmpty, let nonce = withheld else { return }
    withheld = nil
    reply(.cluster, nonce, nil)
  }

  private mutating func reply(_ type: ResourceType, _ nonce: String, _ error: String?) {
    switch variant {
    case .stateOfTheWorld:
      outbox.append(
        .stateOfTheWorld(
          DiscoveryRequest(
            typeURL: type.typeURL,
            versionInfo: accepted[type] ?? "",
            resourceNames: names(type),
            responseNonce: nonce,
            errorDetail: error
          )
        )
      )
    case .delta:
      outbox.append(
        .delta(
          DeltaDiscoveryRequest(typeURL: type.typeURL, responseNonce: nonce, errorDetail: error)
        )
      )
    }
  }

  private func names(_ type: ResourceType) -> [String] {
    switch type {
    case .cluster: kind == .dubbo ? ["*"] : []
    case .listener: []
    case .endpoints: askedEndpoints.sorted()
    case .routeConfiguration: routes
    }
  }

  // MARK: What must hold

  /// No route may lead to a cluster that the client was told is gone, or can't use yet.
  private mutating func check() {
    guard hasRoutes else { return }
    for (name, clusters) in routed where !clusters.isSubset(of: usable) {
      problems.append("\(name) routes to \(clusters.subtracting(usable)), which it can't use")
    }
  }

  /// A route whose calls are meant to fail leads to a cluster that the mesh doesn't have.
  private mutating func noteRouted(_ snapshot: Snapshot) {
    routed = routeConfigurations.mapValues { resource in
      guard case .routeConfiguration(let configuration) = resource else { return [] }
      return Set(
        configuration.referencedClusters.filter {
          snapshot.resource(.cluster, named: $0) != nil
        }
      )
    }
  }
}
