import MeshModel
import MeshPicture
import TerminalUI

@testable import Console

/// Pictures that tests draw.
enum Fixtures {
  static let host = Walkthrough.host
  static let name = Walkthrough.name
  /// 2026-03-01T05:56:01.050Z.
  static let time = Timestamp(microseconds: 1_772_344_561_050_000)

  static func seconds(_ offset: Double) -> Timestamp {
    Timestamp(microseconds: time.microseconds + Int64(offset * 1_000_000))
  }

  static func destination(_ subset: String, _ weight: Int) -> RouteDestination {
    RouteDestination(host: host.description, subset: subset, weight: Weight(clamping: weight))
  }

  static func admin(_ value: String = "admin") -> HTTPMatch {
    HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact(value))])
  }

  // MARK: Rules

  static let adminRule = RulePicture(
    route: HTTPRoute(matches: [admin()], destinations: [destination("v2", 100)]),
    ratio: RatioPicture(
      n: 412,
      rows: [RatioPicture.Row(label: "v2", want: 1, count: 412, got: 1, low: 0.991, high: 1)],
      verdict: .ok,
      needed: 0,
      history: Array(repeating: 1, count: 60),
      byClient: [RatioPicture.ClientShare(client: "admin", n: 412, shares: [1])]
    )
  )

  static let splitRule = RulePicture(
    route: HTTPRoute(destinations: [destination("v1", 75), destination("v2", 25)]),
    ratio: RatioPicture(
      n: 1180,
      failed: 2,
      rows: [
        RatioPicture.Row(
          label: "v1",
          want: 0.75,
          count: 898,
          got: 0.761,
          low: 0.736,
          high: 0.784
        ),
        RatioPicture.Row(
          label: "v2",
          want: 0.25,
          count: 282,
          got: 0.239,
          low: 0.216,
          high: 0.264
        ),
      ],
      verdict: .ok,
      eValue: 0.31,
      needed: 1801,
      history: history,
      byClient: [
        RatioPicture.ClientShare(client: "client-1", n: 400, shares: [0.759, 0.241]),
        RatioPicture.ClientShare(client: "client-2", n: 410, shares: [0.768, 0.232]),
        RatioPicture.ClientShare(client: "grpc-java~7", n: 370, shares: [0.754, 0.246]),
      ]
    )
  )

  private static let history: [Double?] = (0..<60).map { second in
    if second == 7 { return nil }
    return second < 30 ? 0.1 + Double(second % 3) * 0.01 : 0.22 + Double(second % 4) * 0.02
  }

  // MARK: Clients

  static func types(_ revision: UInt64) -> [ClientPicture.TypeState] {
    ["LDS", "RDS", "CDS", "EDS"].map {
      ClientPicture.TypeState(type: $0, ackedRevision: revision, subscribed: 1)
    }
  }

  static let clients = [
    ClientPicture(
      name: "client-1",
      nodeID: "sidecar~127.0.0.1~client-1.default~default.svc.cluster.local",
      state: .acked,
      types: types(43),
      sentRevision: 43,
      ackedRevision: 43,
      ackMicroseconds: 38_000,
      calls: 2411,
      callsPerSecond: 40,
      source: "ALS",
      process: ProcessPicture(state: .running, processID: 20_411)
    ),
    ClientPicture(
      name: "client-2",
      nodeID: "sidecar~127.0.0.1~client-2.default~default.svc.cluster.local",
      state: .acked,
      types: types(43),
      sentRevision: 43,
      ackedRevision: 43,
      ackMicroseconds: 1_310_000,
      calls: 2398,
      callsPerSecond: 39.8,
      failed: 2,
      source: "ALS",
      process: ProcessPicture(state: .running, processID: 20_412, restarts: 1)
    ),
    ClientPicture(
      name: "grpc-java~7",
      nodeID: "grpc-java~7",
      state: .nacked,
      types: [
        ClientPicture.TypeState(type: "LDS", ackedRevision: 43),
        ClientPicture.TypeState(type: "RDS", ackedRevision: 42, isNacked: true),
        ClientPicture.TypeState(type: "CDS", ackedRevision: 43),
      ],
      sentRevision: 43,
      ackedRevision: 42,
      nackMessage: "route 'rule-2': weighted_clusters is not supported\nby this client",
      calls: 370,
      callsPerSecond: 10.2,
      source: "LRS"
    ),
    ClientPicture(
      name: "probe",
      nodeID: "probe",
      state: .waiting,
      types: [ClientPicture.TypeState(type: "LDS", ackedRevision: nil, isPending: true)],
      sentRevision: 43,
      process: ProcessPicture(
        state: .dead,
        exitReason: "killed by signal 9",
        restarts: 3,
        restartInMilliseconds: 1800
      )
    ),
  ]

  // MARK: Endpoints, calls, events

  static let endpoints = [
    EndpointPicture(
      id: "dubbo-go-server-v1-1",
      address: "127.0.0.1:20000",
      workloadVersion: "v1.0.0",
      subsets: ["v1"],
      calls: 4401,
      callsPerSecond: 89,
      failed: 2,
      process: ProcessPicture(state: .running, processID: 20_401)
    ),
    EndpointPicture(
      id: "dubbo-go-server-v2-1",
      address: "127.0.0.1:20001",
      workloadVersion: "v2.0.0",
      subsets: ["v2"],
      calls: 1022,
      callsPerSecond: 24.4,
      process: ProcessPicture(state: .running, processID: 20_402)
    ),
    EndpointPicture(
      id: "dubbo-go-server-v2-2",
      address: "127.0.0.1:20002",
      workloadVersion: "v2.0.0",
      subsets: ["v2"],
      health: .unhealthy,
      calls: 112,
      failed: 4,
      process: ProcessPicture(
        state: .dead,
        exitReason: "killed by signal 9",
        restarts: 1,
        restartInMilliseconds: 800
      )
    ),
    EndpointPicture(
      id: "dubbo-go-server-v2-3",
      address: "",
      workloadVersion: "v2.0.0",
      subsets: ["v2"],
      process: ProcessPicture(state: .starting)
    ),
  ]

  static func call(_ number: UInt64) -> CallRow {
    let isAdmin = number % 5 == 1
    let isSecond = isAdmin || number % 4 == 0
    let client = ["client-1", "client-2", "grpc-java~7"][Int(number % 3)]
    let isFailed = number % 11 == 3
    return CallRow(
      sequence: number,
      record: CallRecord(
        time: seconds(Double(number) * 0.021),
        nodeID: client,
        authority: "dubbo-go-server:20000",
        path: "/api.Greeter/SayHello",
        headers: isAdmin ? [HeaderField(name: "user", value: "admin")] : [],
        routeName: "rule",
        cluster: "outbound|20000|v1|\(host)",
        endpoint: isFailed ? "" : isSecond ? "127.0.0.1:20001" : "127.0.0.1:20000",
        workloadVersion: isFailed ? "" : isSecond ? "v2.0.0" : "v1.0.0",
        statusCode: isFailed ? 14 : 0,
        latencyMicroseconds: 900 + number * 37 % 1400
      ),
      client: client,
      rule: isAdmin ? 1 : 2,
      subset: isSecond ? "v2" : "v1",
      revision: number < 990 ? 42 : 43
    )
  }

  static func calls(_ count: UInt64 = 60, from first: UInt64 = 960) -> CallsPicture {
    CallsPicture(
      rows: (first..<(first + count)).map(call),
      matched: first + count,
      total: first + count
    )
  }

  static let events = [
    EventPicture(time: seconds(-60), source: "engine", text: "xDS listens on 127.0.0.1:15010"),
    EventPicture(
      time: seconds(-59),
      source: "engine",
      text: "started dubbo-go-server-v1-1 (pid 20401) and 3 more"
    ),
    EventPicture(
      time: seconds(-1),
      source: "operator",
      text: "rev 43: rule 2: v1 90 -> 75, v2 10 -> 25"
    ),
    EventPicture(time: seconds(-0.99), source: "engine", text: "pushed rev 43 to 4 clients"),
    EventPicture(time: seconds(-0.9), source: "client-1", text: "ACK rev 43 after 38 ms"),
    EventPicture(
      time: seconds(-0.8),
      source: "grpc-java~7",
      text: "NACK RDS: weighted_clusters is not supported",
      severity: .error
    ),
    EventPicture(
      time: seconds(-0.1),
      source: "probe",
      text: "killed by signal 9; starts again in 1.8 s",
      severity: .warning
    ),
  ]

  // MARK: Pictures

  static let service = ServicePicture(
    host: host,
    port: 20_000,
    virtualService: name,
    rules: [adminRule, splitRule],
    subsets: [
      SubsetPicture(name: "v1", labels: ["dubbogoAppVersion": "v1"], ready: 1),
      SubsetPicture(name: "v2", labels: ["dubbogoAppVersion": "v2"], ready: 1),
    ],
    callsPerSecond: 118,
    errorShare: 0.002,
    latencyP50: 1100,
    latencyP99: 4000
  )

  static let picture = MeshPicture(
    mesh: "local",
    time: time,
    revision: RevisionPicture(
      number: 43,
      time: seconds(-1),
      title: "rule 2: v1 90 -> 75, v2 10 -> 25",
      canUndo: true,
      canRedo: true,
      acked: 2,
      nacked: 1,
      connected: 4
    ),
    services: [service],
    clients: clients,
    endpoints: endpoints,
    calls: calls(),
    events: events,
    clocks: ClocksPicture(
      revision: 43,
      keyToPushed: 3100,
      keyToFirstACK: 38_000,
      keyToAllACKs: nil,
      keyToFirstEffect: 212_000,
      canShowEffect: true
    )
  )

  /// Clients that don't split as they were told.
  static let drifting: MeshPicture = {
    var picture = Fixtures.picture
    picture.services[0].rules[1].ratio.verdict = .drift
    picture.services[0].rules[1].ratio.eValue = 153.24
    picture.services[0].rules[1].ratio.rows[0].got = 0.5
    picture.services[0].rules[1].ratio.rows[0].low = 0.471
    picture.services[0].rules[1].ratio.rows[0].high = 0.529
    picture.services[0].rules[1].ratio.rows[0].count = 590
    picture.services[0].rules[1].ratio.rows[1].got = 0.48
    picture.services[0].rules[1].ratio.rows[1].count = 566
    picture.services[0].rules[1].ratio.rows.append(
      RatioPicture.Row(label: "v3.0.0", count: 24, got: 0.02, low: 0.013, high: 0.03)
    )
    picture.clocks.canShowEffect = false
    return picture
  }()

  /// A first rule that takes every call from the second.
  static let shadowed: MeshPicture = {
    var picture = Fixtures.picture
    picture.services[0].rules[0].route.matches = []
    let finding = Finding(
      .warning,
      .ruleUnreachable,
      "rule 2 of default/dubbo-go-server: it can never match: rule 1 takes every call",
      object: name,
      rule: 1
    )
    picture.services[0].rules[1].findings = [finding]
    picture.revision.findings = [
      finding,
      Finding(
        .warning,
        .subsetWithoutWorkload,
        "DestinationRule default/dubbo-go-server: subset v3 of dubbo-go-server selects no workload; start one with the label dubbogoAppVersion: v3"
      ),
    ]
    return picture
  }()

  /// A second subset with no process, whose calls failed without reaching one.
  static let deadSubset: MeshPicture = {
    var picture = Fixtures.picture
    for index in 1..<4 {
      picture.endpoints[index].calls = 0
      picture.endpoints[index].failed = index == 3 ? 0 : 13
      picture.endpoints[index].process = ProcessPicture(
        state: .dead,
        exitReason: "killed by signal 9"
      )
    }
    picture.services[0].rules[1].ratio.failed = 13
    return picture
  }()

  static let longMatches: MeshPicture = {
    var picture = Fixtures.picture
    picture.services[0].rules[0].route.name = "administrators"
    picture.services[0].rules[0].route.matches = [
      HTTPMatch(headers: [
        HeaderMatch(name: "user", match: .exact("administrator")),
        HeaderMatch(name: "x-request-origin", match: .prefix("eu-central-1/frankfurt")),
      ])
    ]
    return picture
  }()

  /// A mesh whose rules are a step of the walkthrough.
  static func walkthrough(_ step: Int, revision: UInt64 = 1) -> MeshPicture {
    var picture = Fixtures.picture
    picture.revision.number = revision
    let virtualService = Walkthrough.steps[step].rules.virtualServices.first
    picture.services[0].virtualService = virtualService?.name
    let implied = HTTPRoute(
      destinations: [RouteDestination(host: host.description, weight: .hundred)]
    )
    picture.services[0].rules = (virtualService?.http ?? [implied]).map { route in
      RulePicture(
        route: route,
        ratio: RatioPicture(
          rows: route.destinations.map {
            RatioPicture.Row(
              label: $0.label,
              want: Double($0.weight.value) / Double(max(1, route.totalWeight))
            )
          },
          needed: 865
        )
      )
    }
    return picture
  }

  // MARK: Models

  static func model(
    _ columns: Int = 120,
    _ rows: Int = 40,
    picture: MeshPicture? = picture,
    isUnicode: Bool = true,
    colors: Int = 8
  ) -> ConsoleModel {
    var model = ConsoleModel(
      size: Size(columns: columns, rows: rows),
      capabilities: TerminalCapabilities(colors: colors, isUnicode: isUnicode)
    )
    if let picture { _ = model.update(.picture(picture)) }
    return model
  }
}

extension ConsoleModel {
  /// Presses keys one after the other; gives the effects of all.
  @discardableResult
  mutating func press(_ keys: Key...) -> [ConsoleEffect] {
    keys.flatMap { update(.key($0)) }
  }

  @discardableResult
  mutating func type(text: String) -> [ConsoleEffect] {
    text.flatMap { update(.key(.character($0))) }
  }

  func after(_ keys: Key...) -> ConsoleModel {
    var model = self
    for key in keys { _ = model.update(.key(key)) }
    return model
  }
}
