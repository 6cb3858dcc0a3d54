import MeshModel
import MeshPicture
import MeshRuntime
import TestSupport
import Testing
import TrafficEngine
import XDSCore

/// A client and its ADS stream, both sides by the real state machines, with nothing between them.
private struct LoopClient {
  let name: String
  let headers: [HeaderField]
  var session: ClientSession
  var stream = ServerStream(peer: ClientPeer(address: "127.0.0.1:9"))
  let id: StreamID

  init(_ name: String, headers: [HeaderField] = [], number: UInt64) {
    self.name = name
    self.headers = headers
    id = StreamID(number)
    session = ClientSession(node: Node(id: Fixture.nodeID(name), metadata: ["GENERATOR": "grpc"]))
  }

  mutating func connect(_ mesh: inout Fixture) throws {
    let time = mesh.now.monotonic
    let actions =
      session.watch(Fixture.authority, time: time) + session.streamOpened(time: time)
    try run(actions, &mesh)
  }

  mutating func publish(_ mesh: inout Fixture) throws {
    let set = try #require(mesh.state.newestSet)
    try serve(stream.publish(set, time: mesh.now.monotonic), &mesh)
  }

  /// Routes a call by what the session resolved, and reports it.
  func call(_ mesh: inout Fixture) throws {
    let listener = try #require(session.resolved(Fixture.authority))
    let table = RouteTable(listener.routeConfiguration, authority: Fixture.authority)
    let decision = table.decide(
      path: Fixture.path,
      headers: HeaderFields(headers),
      using: &mesh.dice
    )
    guard case .cluster(let pick) = decision else { throw Unexpected() }
    let endpoints = try #require(listener.clusters[pick.cluster]?.endpoints).usableEndpoints
    let endpoint = try #require(endpoints.randomElement(using: &mesh.dice))
    let workload = mesh.state.inventory.workloads.first { $0.port == endpoint.port }
    let matched = listener.routeConfiguration.virtualHosts.flatMap(\.routes)
      .flatMap(\.match.headers).map(\.name)
    mesh.report(
      CallRecord(
        time: mesh.now.wall,
        nodeID: Fixture.nodeID(name),
        authority: Fixture.authority,
        path: Fixture.path,
        headers: headers.filter { matched.contains($0.name) },
        routeName: pick.routeName,
        configVersion: listener.routeVersion,
        cluster: pick.cluster,
        endpoint: endpoint.hostPort,
        workloadVersion: workload?.workloadVersion ?? ""
      )
    )
  }

  private mutating func run(_ actions: [ClientAction], _ mesh: inout Fixture) throws {
    let set = try #require(mesh.state.newestSet)
    for case .send(let request) in actions {
      mesh.advance(milliseconds: 1)
      try serve(stream.receive(request, snapshot: set, time: mesh.now.monotonic), &mesh)
    }
  }

  private mutating func serve(_ actions: [ServerAction], _ mesh: inout Fixture) throws {
    // Events first: the answer to a response comes while it is sent.
    for action in actions.filter(\.isEvent) + actions.filter({ !$0.isEvent }) {
      switch action {
      case .event(let kind):
        let event = ClientEvent(
          time: mesh.now.monotonic,
          stream: id,
          nodeID: Fixture.nodeID(name),
          kind: kind
        )
        mesh.state.record(event, wall: mesh.now.wall)
      case .send(let response):
        mesh.advance(milliseconds: 1)
        let received = DiscoveryResponse(
          typeURL: response.type.typeURL,
          versionInfo: response.version.description,
          nonce: response.nonce,
          resources: response.resources.map { .success($0) }
        )
        try run(session.receive(received, time: mesh.now.monotonic), &mesh)
      case .wake, .ignoreStale, .close:
        throw Unexpected()
      }
    }
  }
}

extension ServerAction {
  fileprivate var isEvent: Bool {
    if case .event = self { true } else { false }
  }
}

@Suite("The loop from the key to the response, in memory")
struct LoopTests {
  @Test("walks through the four rule sets and back")
  func walkthrough() throws {
    var mesh = try Fixture(Walkthrough.steps[0].rules, seed: 3)
    var clients = [
      LoopClient("admin", headers: [HeaderField(name: "user", value: "admin")], number: 1),
      LoopClient("plain", number: 2),
    ]
    for index in clients.indices { try clients[index].connect(&mesh) }
    #expect(mesh.picture().clients.map(\.state) == [.acked, .acked])

    // From no rules or 90/10 no call can come where it could not go before; from the header rule to
    // all to v1 the admin's calls do.
    for (step, hasEffect) in [(1, false), (2, true), (3, true), (0, false), (2, false), (1, true)] {
      mesh.advance(milliseconds: 1_000)
      try mesh.apply(.replaceRules(Walkthrough.steps[step].rules, title: "step \(step)"))
      for index in clients.indices { try clients[index].publish(&mesh) }
      for _ in 0..<300 {
        for index in clients.indices { try clients[index].call(&mesh) }
      }
      try check(mesh.picture(), step: step, hasEffect: hasEffect)
    }
  }

  private func check(_ picture: MeshPicture, step: Int, hasEffect: Bool) throws {
    #expect(picture.clients.map(\.state) == [.acked, .acked], "step \(step)")
    #expect(picture.clients.allSatisfy { $0.ackedRevision == picture.revision.number })
    #expect(picture.revision.acked == 2 && picture.revision.connected == 2)
    let (pushed, all) = (picture.clocks.keyToPushed, picture.clocks.keyToAllACKs)
    #expect(try #require(pushed) <= #require(all))
    #expect(picture.clocks.canShowEffect == hasEffect, "step \(step)")
    #expect((picture.clocks.keyToFirstEffect != nil) == hasEffect, "step \(step)")
    let ratios = picture.services[0].rules.map(\.ratio)
    #expect(ratios.allSatisfy { $0.verdict != .drift })
    #expect(ratios.reduce(0) { $0 + $1.n } == 600)
    switch step {
    case 1: #expect(ratios.map { $0.rows.map(\.count) } == [[600]])
    case 2: #expect(ratios.map { $0.rows.map(\.count) } == [[300], [300]])
    case 3:
      let share = try #require(ratios[0].rows.last)
      #expect(try #require(share.low) < 0.1 && #require(share.high) > 0.1)
    default: #expect(ratios[0].rows.map(\.label) == ["v1", "v2"])
    }
  }
}
