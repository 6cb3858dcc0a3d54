import MeshModel
import MeshPicture
import MeshRuntime
import TestSupport
import Testing
import XDSCore

@Suite("Memory stays bounded")
struct BoundsTests {
  @Test("whatever clients, workload versions, authorities and routes are reported")
  func records() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    let template = try mesh.decide("client-1")
    var records: [CallRecord] = []
    for number in 0..<12_000 {
      var record = template
      record.nodeID = "node-\(number)"
      record.workloadVersion = "v\(number)"
      record.endpoint = "10.0.0.1:\(number)"
      if number.isMultiple(of: 2) { record.authority = "host-\(number):1" }
      if number.isMultiple(of: 3) { record.routeName = "route-\(number)" }
      if number.isMultiple(of: 5) { record.configVersion = "b1-\(number)" }
      record.cluster = "outbound|1|s\(number)|h"
      records.append(record)
    }
    mesh.state.record(calls: records, dropped: 0, now: mesh.now)
    let picture = mesh.picture()
    #expect(picture.clients.count <= 10_000)
    #expect(picture.calls.total == 12_000 && picture.calls.rows.count == 2_000)
    let ratio = picture.services[0].rules[0].ratio
    #expect(ratio.rows.count == 10)
    #expect(ratio.rows.last?.label == "others")
    #expect(ratio.rows.reduce(0) { $0 + $1.count } == ratio.n)
    #expect(ratio.byClient.count <= 64)
  }

  @Test("keeps room for new clients by forgetting those that are gone")
  func clients() throws {
    var mesh = try Fixture()
    let template = try mesh.decide("x")
    for number in 0..<10_000 {
      var record = template
      record.nodeID = "node-\(number)"
      mesh.report(record)
    }
    mesh.advance(milliseconds: 1_000)
    mesh.join("client-1")
    let picture = mesh.picture()
    #expect(picture.clients.contains { $0.name == "client-1" && $0.state == .acked })
    #expect(picture.clients.count <= 10_000)
  }

  @Test("keeps the newest five hundred events, each short")
  func events() throws {
    var mesh = try Fixture()
    for number in 0..<1_000 {
      mesh.state.note(
        source: "test\u{1B}",
        text: "event \(number) " + String(repeating: "x", count: 1_000),
        severity: .info,
        wall: mesh.now.wall
      )
    }
    let events = mesh.picture().events
    #expect(events.count == 500)
    #expect(events[0].text.hasPrefix("event 500 "))
    #expect(events.allSatisfy { $0.text.unicodeScalars.count <= 400 && $0.source == "test" })
  }

  @Test("survives workloads that come and go for long")
  func workloads() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    for round in 0..<5_000 as Range<UInt16> {
      var inventory = Fixture.inventory
      inventory.workloads[1].port = 21_000 + round
      mesh.state.setInventory(inventory, now: mesh.now)
    }
    mesh.publish()
    #expect(mesh.push == 5_001)
    try mesh.call("client-1", times: 100)
    // The routes are those of the first push all the time, and their calls still count.
    let ratio = mesh.ratio()
    #expect(ratio.n == 100 && ratio.rows.count == 2)
    #expect(mesh.picture().revision.number == 1)
    #expect(mesh.picture().calls.rows.last?.revision == 1)
  }
}
