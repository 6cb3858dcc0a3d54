import MeshModel
import TestSupport
import Testing

@testable import XDSCore

/// A ``ServerStream`` and a ``ClientSession`` that talk over queues which lose nothing and keep order.
struct Conversation {
  static let targets = [
    greeterTarget, "dubbo-go-server:20000", "other.default:20000", "nowhere:1",
  ]

  var session: ClientSession
  private let variant: XDSVariant
  private let profile: NodeProfile
  private var stream: ServerStream?
  private var toServer: [AnyRequest] = []
  private var toClient: [ServerResponse] = []
  private(set) var watched: Set<String> = []
  /// All that were published, by revision from 1.
  private(set) var history: [SnapshotSet]
  /// How often the client refuses a route configuration, in percent.
  var refusals = 0
  private(set) var responseCount = 0
  /// The revision of the newest endpoints that came, by cluster.
  private var endpointRevisions: [String: UInt64] = [:]
  private var time = MonotonicTime.zero

  init(_ mesh: Mesh, variant: XDSVariant = .stateOfTheWorld, profile: NodeProfile = .grpc) {
    history = [SnapshotSet(mesh)]
    self.variant = variant
    self.profile = profile
    session = ClientSession(node: Node(id: "client"), variant: variant)
  }

  var isQuiet: Bool { toServer.isEmpty && toClient.isEmpty }
  private var newest: SnapshotSet { history[history.count - 1] }

  // MARK: What happens

  mutating func publish(_ mesh: Mesh) {
    history.append(newest.next(mesh))
    let newest = newest
    if let actions = stream?.publish(newest, time: time) { enqueue(actions) }
  }

  mutating func connect() {
    disconnect()
    stream = ServerStream(
      peer: ClientPeer(address: ""),
      variant: variant,
      profiles: .always(profile)
    )
    enqueue(session.streamOpened(time: time))
  }

  mutating func disconnect() {
    stream = nil
    toServer = []
    toClient = []
    session.streamClosed(time: time)
  }

  mutating func toggle(_ target: String) {
    if watched.remove(target) != nil {
      enqueue(session.unwatch(target, time: time))
    } else {
      watched.insert(target)
      enqueue(session.watch(target, time: time))
    }
  }

  mutating func deliverToServer() {
    guard !toServer.isEmpty else { return }
    let request = toServer.removeFirst()
    let (newest, time) = (newest, time)
    let actions = stream?.receive(request, snapshot: newest, time: time)
    enqueue(actions ?? [])
  }

  mutating func deliverToClient(_ random: inout SeededGenerator) {
    guard !toClient.isEmpty else { return }
    let response = toClient.removeFirst()
    responseCount += 1
    let resources = response.resources + response.deltaResources.map(\.resource)
    if response.type == .endpoints {
      for name in resources.map(\.name) { endpointRevisions[name] = response.revision }
    }
    let isRefused =
      response.type == .routeConfiguration && Int.random(in: 0..<100, using: &random) < refusals
    let results = resources.map { resource in
      isRefused
        ? Result<Resource, DiscoveryResponse.Invalid>.failure(
          .init(name: resource.name, reason: "refused")
        ) : .success(resource)
    }
    enqueue(receive(response, results))
  }

  private mutating func receive(
    _ response: ServerResponse,
    _ results: [Result<Resource, DiscoveryResponse.Invalid>]
  ) -> [ClientAction] {
    switch variant {
    case .stateOfTheWorld:
      session.receive(
        DiscoveryResponse(
          typeURL: response.type.typeURL,
          versionInfo: response.version.description,
          nonce: response.nonce,
          resources: results
        ),
        time: time
      )
    case .delta:
      session.receive(
        DeltaDiscoveryResponse(
          typeURL: response.type.typeURL,
          systemVersion: response.version.description,
          nonce: response.nonce,
          resources: zip(response.deltaResources, results).map { item, result in
            .init(name: item.name, version: item.version, resource: result)
          },
          removed: response.removed
        ),
        time: time
      )
    }
  }

  /// Delivers all there is; false if it never ends.
  mutating func settle(_ random: inout SeededGenerator) -> Bool {
    for _ in 0..<1000 {
      if isQuiet { return true }
      deliverToServer()
      deliverToClient(&random)
    }
    return false
  }

  private mutating func enqueue(_ actions: [ServerAction]) {
    toClient += actions.responses
  }

  private mutating func enqueue(_ actions: [ClientAction]) {
    guard stream != nil else { return }
    for case .send(let request) in actions { toServer.append(request) }
  }

  // MARK: What must hold

  /// Whether the client, all being delivered, has exactly the newest snapshot; else what it lacks.
  func disagreement() -> String? {
    let snapshot = newest[profile]
    for target in watched {
      guard let resolved = session.resolved(target) else { return "\(target) is unresolved" }
      let routes = resolved.routeConfiguration
      guard snapshot.answer(.routeConfiguration, named: routes.name) == .routeConfiguration(routes)
      else { return "\(target) has old routes" }
      for name in routes.referencedClusters {
        guard let endpoints = resolved.clusters[name]?.endpoints,
          snapshot.resource(.endpoints, named: name) == .endpoints(endpoints)
        else { return "\(target) has old endpoints of \(name)" }
      }
    }
    guard let stream else { return "no stream" }
    for type in ResourceType.allCases {
      let status = stream.status(of: type)
      if status.names != session.names(of: type) { return "\(type) names differ" }
      if status.isPending { return "\(type) is unanswered" }
      if status.isSubscribed, status.nackReason != nil { return "\(type) is refused" }
    }
    return nil
  }

  /// A cluster that calls are routed to, and that has no endpoints for the client although it is empty
  /// in none of the snapshots from those that its routes and endpoints are from.
  func brokenCluster() -> String? {
    for target in watched {
      guard let resolved = session.resolved(target),
        let version = ConfigVersion(resolved.routeVersion)
      else { continue }
      for name in resolved.routeConfiguration.referencedClusters
      where resolved.clusters[name]?.endpoints?.usableEndpoints.isEmpty != false {
        let oldest = min(version.revision, endpointRevisions[name] ?? version.revision)
        let mayBeEmpty = history[Int(oldest - 1)...].contains {
          $0[profile].endpointPorts(name) == []
        }
        if !mayBeEmpty { return "\(target) routes by \(version) to \(name), without endpoints" }
      }
    }
    return nil
  }
}

extension Mesh {
  /// Two services that come and go, subsets v1 to v3, rules of all kinds.
  static func random(_ random: inout SeededGenerator) -> Mesh {
    let other = HostName("other", inNamespace: "default")
    let versions = ["v1", "v2", "v3"]
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    func weights() -> [RouteDestination] {
      let all = versions.map {
        destination($0, max(0, Int.random(in: -5...9, using: &random)))
      }
      let isUsable = all.contains { $0.weight > .zero }
      return isUsable ? all : [destination(versions.randomElement(using: &random))]
    }
    var http = [HTTPRoute(destinations: weights())]
    if chance(50) {
      let admin = HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])
      http.insert(HTTPRoute(matches: [admin], destinations: weights()), at: 0)
    }
    var workloads: [Workload] = []
    for version in versions where chance(80) {
      workloads.append(workload(version, number: Int.random(in: 1...9, using: &random)))
      workloads.append(
        workload(version, number: Int.random(in: 1...9, using: &random), host: other)
      )
    }
    var services: [MeshService] = []
    if chance(95) { services.append(service()) }
    if chance(80) { services.append(service(other)) }
    var rule = greeterRule()
    rule.http = http
    return greeterMesh(
      chance(85) ? [rule] : [],
      subsets: versions.filter { _ in chance(75) },
      workloads: workloads,
      services: services
    )
  }
}
