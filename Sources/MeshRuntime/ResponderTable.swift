import MeshModel

/// Who answered a call, as far as its record tells.
enum Responder: Hashable, Sendable {
  /// A workload that runs or ran, by its place in ``ResponderTable``.
  case workload(Int)
  /// The response names a workload version that the mesh doesn't have.
  case workloadVersion(String)
  /// Only an address is known, and no workload listens or listened there.
  case endpoint(String)
  /// The record says nothing of it.
  case unknown
}

/// The workloads that run or ran not long ago: finds the one that answered a call.
///
/// A workload that is started again listens at another port, and reports of calls that its
/// predecessor answered come late; so those that went are kept, up to a bound.
struct ResponderTable: Sendable {
  /// Finds who answered, by address and by what the response says.
  struct Found: Sendable {
    /// Whose labels decide which destination explains the response.
    var responder: Responder
    /// The place of the workload at the address called; nil where none is known.
    var called: Int?
  }

  private struct Key: Hashable, Sendable {
    var endpoint: String
    var workloadVersion: String
    var host: HostName?
  }

  private static let limit = 4_096

  /// By place; places stay as they are until ``generation`` changes.
  private(set) var workloads: [Workload] = []
  /// Counts how often the table was made anew, with other places.
  private(set) var generation = 0
  /// The newest first, of all services: one process may serve several at one address.
  private var byEndpoint: [String: [Int]] = [:]
  private var byVersion: [String: [Int]] = [:]
  private var byID: [String: Int] = [:]
  private var cache = Memo<Key, Found>(limit: limit)

  /// Adds what runs now to what ran before.
  mutating func update(_ inventory: MeshInventory) {
    cache.removeAll()
    for workload in inventory.workloads { insert(workload) }
    guard workloads.count > ResponderTable.limit else { return }
    self = ResponderTable(generation: generation + 1)
    for workload in inventory.workloads { insert(workload) }
  }

  init() {}

  private init(generation: Int) {
    self.generation = generation
  }

  /// The workloads that run or ran, each ID's last.
  var newest: [Workload] { byID.values.map { workloads[$0] } }

  /// The workload that ran under an ID last.
  func workload(id: String) -> Workload? { byID[id].map { workloads[$0] } }

  /// Finds who answered a call that was meant for the workloads of `host`, where that is known.
  mutating func find(endpoint: String, workloadVersion: String, host: HostName?) -> Found {
    let key = Key(endpoint: endpoint, workloadVersion: workloadVersion, host: host)
    if let known = cache.value(for: key) { return known }
    return cache.keep(search(key), for: key)
  }

  /// What the response says goes before what was called, since it is what answered; a version
  /// that nobody has does not, where the address is known.
  private func search(_ key: Key) -> Found {
    let (endpoint, workloadVersion) = (key.endpoint, key.workloadVersion)
    let called = byEndpoint[endpoint].flatMap { preferred($0, host: key.host) }
    if let called, workloadVersion.isEmpty || workloads[called].workloadVersion == workloadVersion {
      return Found(responder: .workload(called), called: called)
    }
    if let said = representative(of: workloadVersion, called: called, host: key.host) {
      return Found(responder: .workload(said), called: called)
    }
    if let called { return Found(responder: .workload(called), called: called) }
    if !workloadVersion.isEmpty {
      return Found(
        responder: .workloadVersion(workloadVersion.printable(limit: TextLimit.name)),
        called: nil
      )
    }
    guard !endpoint.isEmpty else { return Found(responder: .unknown, called: nil) }
    return Found(responder: .endpoint(endpoint.printable(limit: TextLimit.name)), called: nil)
  }

  /// One of the workloads of a version, of the same host as the one called where possible.
  private func representative(
    of workloadVersion: String,
    called: Int?,
    host: HostName?
  ) -> Int? {
    guard let places = byVersion[workloadVersion] else { return nil }
    return preferred(places, host: called.map { workloads[$0].host } ?? host)
  }

  /// The newest of a host, else of any.
  private func preferred(_ places: [Int], host: HostName?) -> Int? {
    places.first { workloads[$0].host == host } ?? places.first
  }

  private mutating func insert(_ workload: Workload) {
    if let place = byID[workload.id], workloads[place] == workload { return }
    let place = workloads.count
    workloads.append(workload)
    byID[workload.id] = place
    for endpoint in workload.hostPorts {
      byEndpoint[endpoint, default: []].insert(place, at: 0)
    }
    // The newest first, so that a version answers with the labels that it has now.
    byVersion[workload.workloadVersion, default: []].insert(place, at: 0)
  }
}

extension Workload {
  /// `address:port` as call records have it, IPv6 in brackets.
  var hostPort: String { hostPort(at: port) }

  /// All of them, each once: that of ``port`` and those of the service's other ports.
  fileprivate var hostPorts: Set<String> {
    Set([port] + ports.values).reduce(into: []) { $0.insert(hostPort(at: $1)) }
  }

  /// Where calls go that are meant for a port of the service; for ``port`` where none is known.
  func hostPort(ofServicePort servicePort: UInt16?) -> String {
    hostPort(at: servicePort.flatMap { ports[$0] } ?? port)
  }

  private func hostPort(at port: UInt16) -> String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
