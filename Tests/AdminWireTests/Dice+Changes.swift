import MeshModel
import MeshPicture

extension Dice {
  /// Changes a picture as mesh and operator might.
  mutating func change(_ picture: inout MeshPicture) {
    picture.time = time()
    switch int(below: 10) {
    case 0: change(&picture.services) { $0.service() }
    case 1: change(&picture.clients) { $0.client() }
    case 2: change(&picture.endpoints) { $0.endpoint() }
    case 3: change(&picture.events) { $0.event() }
    case 4: picture.revision = revisionPicture()
    case 5: picture.clocks = clocks()
    case 6: picture.xdsAddress = text()
    case 7:
      guard !picture.services.isEmpty else { break }
      change(&picture.services[int(below: picture.services.count)].rules) { $0.rulePicture() }
    case 8: picture.calls = calls()
    default:
      let next = (picture.calls.rows.last?.sequence ?? 0) + 1
      picture.calls.rows += list { $0.callRow(next) }
      picture.calls.rows.removeFirst(int(below: picture.calls.rows.count + 1))
    }
  }

  private mutating func change<Element>(
    _ list: inout [Element],
    _ roll: (inout Dice) -> Element
  ) {
    let place = int(below: list.count + 1)
    switch int(below: 4) {
    case 0: list.insert(roll(&self), at: place)
    case 1 where place < list.count: list.remove(at: place)
    case 2 where place < list.count: list[place] = roll(&self)
    default: list.shuffle()
    }
  }

  /// A mesh under load, as a console shows it.
  static func busyPicture(rules: Int, rows: Int) -> MeshPicture {
    var dice = Dice(seed: 11)
    var picture = dice.picture()
    var service = dice.service()
    service.rules = (0..<rules).map { index in
      var rule = RulePicture(route: dice.route(), ratio: RatioPicture())
      rule.route.name = "rule-\(index)"
      return rule
    }
    picture.services = [service]
    picture.clients = [dice.client(), dice.client()]
    picture.endpoints = [dice.endpoint(), dice.endpoint()]
    picture.calls.rows = (0..<UInt64(rows)).map { dice.loggedCall($0) }
    picture.events = (0..<300).map { _ in dice.event() }
    return picture
  }

  /// A row as a gRPC client of the walkthrough logs it.
  mutating func loggedCall(_ sequence: UInt64) -> CallRow {
    CallRow(
      sequence: sequence,
      record: CallRecord(
        time: time(),
        nodeID: "sidecar~127.0.0.1~client-admin.default~default.svc.cluster.local",
        authority: "dubbo-go-server.default.svc.cluster.local:20000",
        path: "/api.Greeter/SayHello",
        headers: [HeaderField(name: "user", value: "admin")],
        routeName: "default/dubbo-go-server#1",
        configVersion: "abcdef-42",
        cluster: "outbound|20000|v1|dubbo-go-server.default.svc.cluster.local",
        endpoint: "127.0.0.1:20000",
        workloadVersion: "v1.0.0",
        latencyMicroseconds: UInt64(1_000 + int(below: 5_000))
      ),
      client: "client-admin",
      rule: 1,
      subset: "v1",
      revision: 42
    )
  }

  /// A frame later: some calls came, and all that counts them changed.
  mutating func advance(_ picture: inout MeshPicture, calls: Int) {
    for _ in 0..<calls {
      picture.calls.rows.append(loggedCall((picture.calls.rows.last?.sequence ?? 0) + 1))
    }
    picture.calls.rows.removeFirst(max(0, picture.calls.rows.count - 2_000))
    picture.calls.total += UInt64(calls)
    picture.calls.matched += UInt64(calls)
    for index in picture.clients.indices { picture.clients[index].calls += 1 }
    for index in picture.endpoints.indices { picture.endpoints[index].calls += 1 }
    var ratio = ratio()
    ratio.rows = ["v1", "v2"].map {
      RatioPicture.Row(label: $0, want: 0.5, count: number(), got: 0.5, low: 0.4, high: 0.6)
    }
    ratio.history = (0..<60).map { _ in fraction() }
    picture.services[0].rules[0].ratio = ratio
  }
}
