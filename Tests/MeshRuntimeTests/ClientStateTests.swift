import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import XDSCore

@Suite("Clients")
struct ClientStateTests {
  private func client(_ mesh: inout Fixture) throws -> ClientPicture {
    try #require(mesh.picture().clients.first { $0.name == "client-1" })
  }

  @Test("pass from waiting to acked, per type and in all")
  func acknowledge() throws {
    var mesh = try Fixture()
    mesh.connect("client-1")
    #expect(try client(&mesh).state == .waiting)
    mesh.receive("client-1", 1)
    for type in [ResourceType.cluster, .endpoints, .listener] {
      mesh.send("client-1", .acked(type, revision: 1))
      #expect(try client(&mesh).state == .waiting)
    }
    mesh.send("client-1", .acked(.routeConfiguration, revision: 1))
    let picture = try client(&mesh)
    #expect(picture.state == .acked)
    #expect(picture.nodeID == Fixture.nodeID("client-1"))
    #expect(picture.types.map(\.type) == ["LDS", "RDS", "CDS", "EDS"])
    #expect(picture.types.allSatisfy { $0.ackedRevision == 1 && !$0.isPending })
    #expect(picture.sentRevision == 1 && picture.ackedRevision == 1)
    #expect(mesh.picture().revision.acked == 1 && mesh.picture().revision.connected == 1)
  }

  @Test("are stale once a response is unanswered for more than five seconds")
  func stale() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.send("client-1", .sent(.routeConfiguration, revision: 2))
    mesh.advance(milliseconds: 5_000)
    #expect(try client(&mesh).state == .waiting)
    mesh.advance(milliseconds: 1)
    #expect(try client(&mesh).state == .stale)
    mesh.acknowledge("client-1", 2)
    #expect(try client(&mesh).state == .acked)
  }

  @Test("that never ask for routes are not stale: a dubbo-go provider at once, others in time")
  func withoutRoutes() throws {
    for (profile, isAtOnce) in [(NodeProfile.dubbo, true), (.envoy, false)] {
      var mesh = try Fixture()
      let types = [ResourceType.cluster, .endpoints]
      mesh.connect("client-1", as: profile, asking: types)
      for type in types {
        mesh.send("client-1", .sent(type, revision: 1))
        #expect(try client(&mesh).state == .waiting)
        mesh.send("client-1", .acked(type, revision: 1))
      }
      #expect(try client(&mesh).state == (isAtOnce ? .acked : .waiting))
      mesh.advance(milliseconds: 5_001)
      #expect(try client(&mesh).state == .acked)
      #expect(mesh.picture().revision.acked == (isAtOnce ? 1 : 0))
    }
  }

  @Test("keep an old answer apart from the newer response that it doesn't answer")
  func lateAnswer() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.receive("client-1", 2)
    mesh.acknowledge("client-1", 1)
    #expect(try client(&mesh).state == .waiting)
    #expect(try client(&mesh).ackedRevision == 1)
    #expect(try client(&mesh).types.allSatisfy(\.isPending))
    mesh.send("client-1", .nacked(.routeConfiguration, revision: 1, reason: "late"))
    #expect(try client(&mesh).state == .waiting)
    #expect(try client(&mesh).nackMessage.isEmpty)
  }

  @Test("say why they refuse, and keep the revision that they had")
  func nack() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.receive("client-1", 2)
    for type in [ResourceType.cluster, .endpoints, .listener] {
      mesh.send("client-1", .acked(type, revision: 2))
    }
    let reason = "bad\u{1B}[31m\nweights\u{202E}"
    let nack = ClientEvent.Kind.nacked(.routeConfiguration, revision: 2, reason: reason)
    mesh.send("client-1", nack)
    mesh.send("client-1", nack)
    let picture = try client(&mesh)
    #expect(picture.state == .nacked)
    #expect(picture.nackMessage == "bad [31m weights")
    #expect(picture.ackedRevision == 1)
    #expect(picture.types.map(\.isNacked) == [false, true, false, false])
    #expect(mesh.picture().revision.nacked == 1)
    let told = mesh.picture().events.filter { $0.severity == .error }
    #expect(told.map(\.text) == ["rev 2 RDS refused: bad [31m weights"])

    // The next revision mends it.
    try mesh.undo()
    mesh.receive("client-1", 3)
    mesh.acknowledge("client-1", 3)
    #expect(try client(&mesh).state == .acked)
    #expect(try client(&mesh).nackMessage.isEmpty)
  }

  @Test("stay visible when they disconnect, until they are long gone")
  func disconnect() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    mesh.join("client-2")
    mesh.send("client-1", .disconnected(reason: "reset"))
    #expect(try client(&mesh).state == .disconnected)
    #expect(mesh.picture().revision.connected == 1)
    mesh.advance(milliseconds: 299_000)
    #expect(mesh.picture().clients.count == 2)
    mesh.advance(milliseconds: 2_000)
    #expect(mesh.picture().clients.map(\.name) == ["client-2"])
  }

  @Test("come back on another stream, whose end alone counts")
  func reconnect() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    mesh.send("client-1", .disconnected(reason: ""))
    mesh.join("client-1")
    #expect(try client(&mesh).state == .acked)
    // The first stream's end is told again: nothing happens.
    let late = ClientEvent(
      time: mesh.now.monotonic,
      stream: StreamID(1),
      nodeID: Fixture.nodeID("client-1"),
      kind: .disconnected(reason: "")
    )
    mesh.state.record(late, wall: mesh.now.wall)
    #expect(try client(&mesh).state == .acked)
    #expect(mesh.picture().revision.connected == 1)
  }

  @Test(
    "have names from their node IDs",
    arguments: [
      (
        "sidecar~10.0.0.5~dubbo-go-client-v1.default~default.svc.cluster.local",
        "dubbo-go-client-v1"
      ),
      ("plain-node", "plain-node"), ("a~b", "a~b"), ("a\u{7}b", "a b"),
    ]
  )
  func names(nodeID: String, name: String) throws {
    var mesh = try Fixture()
    let event = ClientEvent(
      time: mesh.now.monotonic,
      stream: StreamID(5),
      nodeID: nodeID,
      kind: .connected(Node(id: nodeID), .grpc, .stateOfTheWorld, peer: "")
    )
    mesh.state.record(event, wall: mesh.now.wall)
    #expect(mesh.picture().clients.map(\.name) == [name])
  }

  @Test("show their process, also one that never connected")
  func processes() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    let running = ProcessPicture(state: .running, processID: 12)
    let dead = ProcessPicture(
      state: .dead,
      exitReason: "killed by signal 9",
      restartInMilliseconds: 500
    )
    for name in ["client-1", "client-2"] {
      mesh.state.noteProcess(id: name, kind: .client, running, now: mesh.now)
    }
    mesh.state.noteProcess(id: "client-1", kind: .client, dead, now: mesh.now)
    let clients = mesh.picture().clients
    #expect(clients.map(\.name) == ["client-1", "client-2"])
    #expect(clients.map(\.process) == [dead, running])
    #expect(clients[1].state == .disconnected)
    let text = "died: killed by signal 9; starts again in 500 ms"
    #expect(mesh.picture().events.contains { $0.source == "client-1" && $0.text == text })
  }

  @Test("and their workloads: one that died stays in sight without an address")
  func workloads() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.call("client-1", times: 30)
    let id = "dubbo-go-server-v2-1"
    let dead = ProcessPicture(state: .dead, exitReason: "exit code 1")
    mesh.state.noteProcess(id: id, kind: .workload, dead, now: mesh.now)
    var inventory = Fixture.inventory
    inventory.workloads.removeLast()
    mesh.setInventory(inventory)
    let endpoints = mesh.picture().endpoints
    #expect(endpoints.map(\.id) == ["dubbo-go-server-v1-1", id])
    #expect(endpoints[1].address.isEmpty && endpoints[1].process == dead)
    #expect(endpoints[1].subsets == ["v2"] && endpoints[1].health == .unhealthy)
    #expect(endpoints[0].calls + endpoints[1].calls == 30)
    #expect(endpoints[0].address == "127.0.0.1:20001")
    let event = mesh.picture().events.last
    #expect(event?.source == id && event?.text == "gets no more calls")
  }
}
