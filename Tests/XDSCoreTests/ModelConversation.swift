import MeshModel
import TestSupport

@testable import XDSCore

/// A ``ServerStream`` and a ``ModelClient`` that talk over queues which lose nothing and keep order.
struct ModelConversation {
  private let history: [SnapshotSet]
  private var position = 0
  private var stream: ServerStream?
  var client: ModelClient
  private var toClient: [ServerResponse] = []
  private var wake: MonotonicTime?
  private var time = MonotonicTime.zero
  private(set) var responseCount = 0
  /// What was said of late, where ``keepsLog``; for whoever looks into a failure.
  private(set) var log: [String] = []
  var keepsLog = false

  init(_ kind: ModelClient.Kind, _ variant: XDSVariant, history: [SnapshotSet]) {
    self.history = history
    let profile: NodeProfile = kind == .envoy ? .envoy : .dubbo
    let routes = history.flatMap { $0[profile].names(of: .routeConfiguration) }
    client = ModelClient(kind, variant, routes: Set(routes).sorted())
  }

  var newest: SnapshotSet { history[position] }
  var isAtEnd: Bool { position == history.count - 1 }

  mutating func connect() {
    toClient = []
    wake = nil
    stream = ServerStream(
      peer: ClientPeer(address: "127.0.0.1:9"),
      variant: client.variant,
      profiles: .always(client.profile)
    )
    client.connect()
  }

  mutating func publish() {
    guard !isAtEnd else { return }
    position += 1
    note("-- publish")
    let (newest, time) = (newest, time)
    if let actions = stream?.publish(newest, time: time) { take(actions) }
  }

  mutating func deliverToServer() {
    guard let request = client.takeRequest() else { return }
    pass(1_000_000)
    note("> \(request)")
    let (newest, time) = (newest, time)
    let actions = stream?.receive(request, snapshot: newest, time: time)
    take(actions ?? [])
  }

  mutating func deliverToClient(_ random: inout SeededGenerator) {
    guard !toClient.isEmpty else { return }
    responseCount += 1
    let refuses = Int.random(in: 0..<100, using: &random) < client.refusals
    let response = toClient.removeFirst()
    note("< \(response.summary)")
    let snapshot = history[Int(response.revision) - 1][client.profile]
    client.receive(response, of: snapshot, refuses: refuses)
  }

  /// Whether nothing is under way, so that only time can bring news.
  var isQuiet: Bool { client.isIdle && toClient.isEmpty }

  /// Lets time pass until what was put off is due; false if nothing was.
  mutating func waitForWake() -> Bool {
    guard let wake else { return false }
    self.wake = nil
    time = max(time, wake)
    let time = time
    take(stream?.tick(time) ?? [])
    return true
  }

  /// Delivers all there is, and lets time pass; false if it never ends.
  mutating func settle(_ random: inout SeededGenerator) -> Bool {
    for _ in 0..<2000 {
      if isQuiet, !waitForWake() { return true }
      deliverToServer()
      deliverToClient(&random)
    }
    return false
  }

  private mutating func note(_ line: @autoclosure () -> String) {
    guard keepsLog else { return }
    if log.count > 60 { log.removeFirst() }
    log.append(line())
  }

  private mutating func pass(_ nanoseconds: UInt64) {
    time = time.advanced(byNanoseconds: nanoseconds)
    if let wake, wake <= time { _ = waitForWake() }
  }

  private mutating func take(_ actions: [ServerAction]) {
    toClient += actions.responses
    for case .wake(let wake) in actions { self.wake = wake }
  }

  /// Whether the client, all being delivered, has exactly the newest snapshot; else what it lacks.
  func disagreement() -> String? {
    let snapshot = newest[client.profile]
    if client.isWarming { return "clusters wait for their endpoints" }
    if Set(client.clusters.keys) != Set(snapshot.names(of: .cluster)) { return "other clusters" }
    for (name, cluster) in client.clusters where snapshot.resource(.cluster, named: name) != cluster
    {
      return "old cluster \(name)"
    }
    for name in client.clusters.keys
    where snapshot.resource(.endpoints, named: name) != client.endpoints[name] {
      return "old endpoints of \(name)"
    }
    for name in client.routes {
      let newest = snapshot.resource(.routeConfiguration, named: name)
      if let newest, newest != client.routeConfigurations[name] { return "old routes \(name)" }
    }
    if client.kind == .envoy, Set(client.listeners.keys) != Set(snapshot.names(of: .listener)) {
      return "other listeners"
    }
    for type in ResourceType.allCases {
      let status = stream?.status(of: type)
      if status?.isSubscribed == true, status?.isPending == true { return "\(type) is unanswered" }
    }
    return nil
  }
}

extension ServerResponse {
  /// Type, nonce, names and removed names.
  var summary: String {
    let names = (resources + deltaResources.map(\.resource)).map(\.name)
    return "\(type.shortName) \(nonce) \(names) -\(removed)"
  }
}

/// Seeded histories of a mesh, built once: translating takes far longer than talking.
enum Histories {
  static let all: [[SnapshotSet]] = (0..<24 as Range<UInt64>).map { seed in
    var random = SeededGenerator(seed: seed)
    var sets = [SnapshotSet(.random(&random))]
    for _ in 0..<12 {
      let next = sets[sets.count - 1].next(.random(&random))
      let names = next[.envoy].names(of: .cluster).filter { _ in
        Int.random(in: 0..<8, using: &random) == 0
      }
      sets.append(names.isEmpty ? next : next.changing(names))
    }
    return sets
  }
}
