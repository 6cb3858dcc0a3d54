import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import XDSCore

@Suite("Clients that share a node ID")
struct SharedNodeTests {
  private func names(_ mesh: inout Fixture) -> [String] { mesh.picture().clients.map(\.name) }

  private func told(_ mesh: inout Fixture) -> [String] {
    mesh.picture().events.map(\.text).filter { $0.hasPrefix("node ID is used") }
  }

  @Test("have a row for each stream, each with its own answers")
  func rows() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    #expect(told(&mesh).isEmpty)
    mesh.connect("client-1@2")
    #expect(names(&mesh) == ["client-1", "client-1 #2"])
    #expect(mesh.picture().clients.map(\.state) == [.acked, .waiting])
    #expect(mesh.picture().revision.acked == 1 && mesh.picture().revision.connected == 2)
    mesh.receive("client-1@2", 1)
    mesh.acknowledge("client-1@2", 1)
    #expect(mesh.picture().clients.map(\.state) == [.acked, .acked])

    try mesh.apply(.evenWeights(Fixture.rule(0)))
    for client in ["client-1", "client-1@2"] { mesh.receive(client, 2) }
    mesh.acknowledge("client-1", 2)
    mesh.send("client-1@2", .nacked(.routeConfiguration, revision: 2, reason: "bad"))
    #expect(mesh.picture().clients.map(\.state) == [.acked, .nacked])
    #expect(mesh.picture().clients.map(\.nackMessage) == ["", "bad"])
    #expect(mesh.picture().events.last?.source == "client-1 #2")
    #expect(mesh.picture().revision.acked == 1 && mesh.picture().revision.nacked == 1)
  }

  @Test("are told of as they become more, and of many only each doubling")
  func event() throws {
    var mesh = try Fixture()
    for number in 1...20 { mesh.join("client-1@\(number)") }
    let wanted = (2...8).map { "node ID is used by \($0) streams" }
    #expect(told(&mesh) == wanted + ["node ID is used by 16 streams"])
    #expect(mesh.picture().revision.connected == 20)
    let names = names(&mesh)
    #expect(names.first == "client-1" && names[1] == "client-1 #2" && names.last == "client-1 #20")
  }

  @Test("take the row of one that is gone")
  func reconnect() throws {
    var mesh = try Fixture()
    for number in 1...3 { mesh.join("client-1@\(number)") }
    for _ in 0..<10 {
      mesh.send("client-1@2", .disconnected(reason: ""))
      #expect(mesh.picture().clients.map(\.state) == [.acked, .disconnected, .acked])
      mesh.join("client-1@2")
      #expect(names(&mesh) == ["client-1", "client-1 #2", "client-1 #3"])
      #expect(mesh.picture().clients.map(\.state) == [.acked, .acked, .acked])
    }
    #expect(told(&mesh).count == 2)
  }

  @Test("leave their row soon while others of them go on, and the last one needs no number")
  func forget() throws {
    var mesh = try Fixture()
    for number in 1...2 { mesh.join("client-1@\(number)") }
    let running = ProcessPicture(state: .running, processID: 12)
    mesh.state.noteProcess(id: "client-1", kind: .client, running, now: mesh.now)
    #expect(mesh.picture().clients.map(\.process) == [running, nil])
    mesh.send("client-1@1", .disconnected(reason: ""))
    mesh.advance(milliseconds: 10_000)
    #expect(mesh.picture().clients.map(\.state) == [.disconnected, .acked])
    mesh.advance(milliseconds: 1)
    #expect(names(&mesh) == ["client-1"])
    #expect(mesh.picture().clients.map(\.state) == [.acked])
    #expect(mesh.picture().clients.map(\.process) == [running])
    mesh.join("client-1@3")
    #expect(names(&mesh) == ["client-1", "client-1 #2"])
  }

  @Test("have their calls on the first of them that is connected")
  func calls() throws {
    var mesh = try Fixture()
    for number in 1...2 { mesh.join("client-1@\(number)") }
    try mesh.call("client-1", times: 3)
    try mesh.call("client-1@2", times: 4)
    #expect(mesh.picture().clients.map(\.calls) == [7, 0])
    mesh.send("client-1@1", .disconnected(reason: ""))
    try mesh.call("client-1@2", times: 2)
    #expect(mesh.picture().clients.map(\.calls) == [7, 2])
  }

  @Test("are as far as the one furthest behind where a call doesn't say by what it was routed")
  func behind() throws {
    var mesh = try Fixture()
    for number in 1...2 { mesh.join("client-1@\(number)") }
    var record = try mesh.decide("client-1")
    record.configVersion = ""
    func report() {
      mesh.advance(milliseconds: 1_000)
      record.time = mesh.now.wall
      mesh.report(record)
    }
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.acknowledge("client-1@1", 2)
    report()
    #expect(mesh.ratio().n == 0)
    mesh.acknowledge("client-1@2", 2)
    report()
    #expect(mesh.ratio().n == 1)
  }
}
