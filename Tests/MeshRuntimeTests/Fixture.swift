import MeshModel
import MeshPicture
import MeshRuntime
import TestSupport
import Testing
import TrafficEngine
import XDSCore

/// The walkthrough's mesh in virtual time, with clients that route by what they acknowledged.
struct Fixture {
  static let boot = "b1"
  static let authority = "dubbo-go-server.default.svc.cluster.local:20000"
  static let path = "/api.Greeter/SayHello"
  static let inventory = MeshInventory(
    services: [Walkthrough.service],
    workloads: [workload("v1", port: 20_001), workload("v2", port: 20_002)]
  )

  var state: MeshState
  var now = Moment(
    wall: Timestamp(microseconds: 1_700_000_000_000_000),
    monotonic: MonotonicTime(nanoseconds: 500_000_000_000)
  )
  /// By push, as the clients may still have them.
  var sets: [UInt64: SnapshotSet] = [:]
  var push: UInt64 = 0
  var dice: SeededGenerator
  private var streams: [String: StreamID] = [:]
  private var nextStream: UInt64 = 1

  init(
    _ rules: MeshRules = Walkthrough.start,
    inventory: MeshInventory = Fixture.inventory,
    seed: UInt64 = 1
  ) throws {
    dice = SeededGenerator(seed: seed)
    state = try MeshState(
      meshName: "local",
      boot: Fixture.boot,
      rules: rules,
      title: "the start",
      inventory: inventory,
      now: now
    )
    publish()
  }

  static func workload(_ version: String, port: UInt16, number: Int = 1) -> Workload {
    Workload(
      id: "dubbo-go-server-\(version)-\(number)",
      host: Walkthrough.host,
      address: "127.0.0.1",
      port: port,
      workloadVersion: "\(version).0.0",
      labels: [Walkthrough.versionLabel: version]
    )
  }

  /// `client-1@2` is another process with the node ID of `client-1`.
  static func nodeID(_ client: String) -> String {
    let name = client.split(separator: "@").first ?? ""
    return "sidecar~127.0.0.1~\(name).default~default.svc.cluster.local"
  }

  /// The address of a rule of the walkthrough's VirtualService.
  static func rule(_ index: Int) -> RuleAddress {
    RuleAddress(virtualService: Walkthrough.name, index: index)
  }

  static func weights(_ values: Int...) -> [Weight] { values.map { Weight(clamping: $0) } }

  mutating func advance(milliseconds: UInt64) {
    now = Moment(
      wall: Timestamp(microseconds: now.wall.microseconds + Int64(milliseconds) * 1_000),
      monotonic: now.monotonic.advanced(byNanoseconds: milliseconds * 1_000_000)
    )
  }

  // MARK: The operator

  @discardableResult
  mutating func apply(_ edit: RuleEdit) throws -> UInt64 {
    try change(.edit(edit))
  }

  mutating func undo() throws {
    try change(.undo)
  }

  mutating func redo() throws {
    try change(.redo)
  }

  @discardableResult
  mutating func change(_ action: RuleChange.Action) throws -> UInt64 {
    let number = try state.change(RuleChange(action), keyTime: now.monotonic, now: now)
    publish()
    return number
  }

  mutating func setInventory(_ inventory: MeshInventory) {
    state.setInventory(inventory, now: now)
    publish()
  }

  mutating func publish() {
    while let taken = state.takePush() {
      let set = taken.build()
      state.built(set, taken, now: now)
      state.judgeProbe()
      push = taken.number
      sets[push] = set
    }
  }

  mutating func picture() -> MeshPicture { state.picture(now: now) }

  /// The ratio of a rule of the only service.
  mutating func ratio(_ rule: Int = 0) -> RatioPicture { picture().services[0].rules[rule].ratio }

  // MARK: Clients

  mutating func send(_ client: String, _ kind: ClientEvent.Kind) {
    let stream = streams[client] ?? StreamID(0)
    let event = ClientEvent(
      time: now.monotonic,
      stream: stream,
      nodeID: Fixture.nodeID(client),
      kind: kind
    )
    state.record(event, wall: now.wall)
  }

  mutating func connect(
    _ client: String,
    as profile: NodeProfile = .grpc,
    _ variant: XDSVariant = .stateOfTheWorld,
    asking types: [ResourceType] = ResourceType.allCases
  ) {
    streams[client] = StreamID(nextStream)
    nextStream += 1
    let node = Node(id: Fixture.nodeID(client), userAgentName: "weir")
    send(client, .connected(node, profile, variant, peer: "127.0.0.1:9"))
    for type in types { send(client, .subscribed(type, names: 1)) }
  }

  mutating func receive(_ client: String, _ push: UInt64) {
    for type in ResourceType.allCases { send(client, .sent(type, revision: push)) }
  }

  mutating func acknowledge(_ client: String, _ push: UInt64) {
    for type in ResourceType.allCases { send(client, .acked(type, revision: push)) }
  }

  /// Connects a client and lets it take the newest push.
  mutating func join(
    _ client: String,
    as profile: NodeProfile = .grpc,
    _ variant: XDSVariant = .stateOfTheWorld
  ) {
    connect(client, as: profile, variant)
    receive(client, push)
    acknowledge(client, push)
  }

  // MARK: Calls

  /// Makes calls as a client does that has the routes of a push, and reports them.
  mutating func call(
    _ client: String,
    headers: [HeaderField] = [],
    times: Int = 1,
    by push: UInt64? = nil,
    statusCode: Int = 0
  ) throws {
    var records: [CallRecord] = []
    for _ in 0..<times {
      var record = try decide(client, headers: headers, by: push ?? self.push)
      record.statusCode = statusCode
      records.append(record)
    }
    state.record(calls: records, dropped: 0, now: now)
  }

  /// A subset's cluster of the only service.
  static func cluster(_ subset: String? = nil) -> String {
    ServicePort(host: Walkthrough.host, port: Walkthrough.port).clusterName(subset: subset)
  }

  /// Reports load: calls that ended well, by subset.
  mutating func load(
    _ client: String,
    _ counts: KeyValuePairs<String?, UInt64>,
    inProgress: UInt64 = 0
  ) {
    let loads = counts.map { subset, count in
      LoadReport.ClusterLoad(
        cluster: Fixture.cluster(subset),
        issued: count,
        succeeded: count,
        inProgress: inProgress
      )
    }
    load(client, loads)
  }

  mutating func load(
    _ client: String,
    _ loads: [LoadReport.ClusterLoad],
    isFirst: Bool = false
  ) {
    let report = LoadReport(
      nodeID: Fixture.nodeID(client),
      intervalMicroseconds: 1_000_000,
      clusters: loads,
      isFirst: isFirst
    )
    state.record(load: report, now: now)
  }

  mutating func stream(_ source: CallSource, of client: String, isOpen: Bool) {
    let node = Fixture.nodeID(client)
    state.noteReportStream(source, nodeID: node, isOpen: isOpen, now: now)
  }

  mutating func report(_ record: CallRecord) {
    state.record(calls: [record], dropped: 0, now: now)
  }

  /// One call: the same route table and the same dice as a client has.
  mutating func decide(
    _ client: String,
    headers: [HeaderField] = [],
    by push: UInt64? = nil
  ) throws -> CallRecord {
    let snapshot = try #require(sets[push ?? self.push])[.grpc]
    let name = ServicePort(host: Walkthrough.host, port: Walkthrough.port).clusterName()
    let resource = try #require(snapshot.resource(.routeConfiguration, named: name))
    guard case .routeConfiguration(let configuration) = resource else { throw Unexpected() }
    let table = RouteTable(configuration, authority: Fixture.authority)
    let decision = table.decide(path: Fixture.path, headers: HeaderFields(headers), using: &dice)
    guard case .cluster(let pick) = decision else { throw Unexpected() }
    let workload = try #require(responder(of: pick.cluster, in: snapshot))
    let reported = Set(
      configuration.virtualHosts.flatMap(\.routes).flatMap(\.match.headers).map(\.name)
    )
    return CallRecord(
      time: now.wall,
      nodeID: Fixture.nodeID(client),
      authority: Fixture.authority,
      path: Fixture.path,
      headers: headers.filter { reported.contains($0.name) },
      routeName: pick.routeName,
      configVersion: snapshot.version(of: .routeConfiguration).description,
      cluster: pick.cluster,
      endpoint: "\(workload.address):\(workload.port)",
      workloadVersion: workload.workloadVersion,
      latencyMicroseconds: 1_000
    )
  }

  private mutating func responder(of cluster: String, in snapshot: Snapshot) -> Workload? {
    guard case .endpoints(let assignment)? = snapshot.resource(.endpoints, named: cluster),
      let endpoint = assignment.usableEndpoints.randomElement(using: &dice)
    else { return nil }
    return state.inventory.workloads.first { $0.port == endpoint.port }
  }
}

struct Unexpected: Error {}
