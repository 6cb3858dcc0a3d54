import MeshModel
import MeshPicture
import MeshRuntime
import Testing

@Suite("Failed calls")
struct FailureTests {
  private static let v2 = "dubbo-go-server-v2-1"

  private func fail(
    _ mesh: inout Fixture,
    subset: String,
    endpoint: String = "",
    times: Int = 1,
    at time: Moment? = nil
  ) throws {
    // Of a mesh where nothing has died: a record can be made there at any time.
    var other = try Fixture()
    var record = try other.decide("client-1")
    record.cluster = "outbound|20000|\(subset)|\(Walkthrough.host)"
    (record.endpoint, record.workloadVersion, record.statusCode) = (endpoint, "", 14)
    if let time { record.time = time.wall }
    for _ in 0..<times { mesh.report(record) }
  }

  private func failed(_ mesh: inout Fixture) -> [UInt64] { mesh.picture().endpoints.map(\.failed) }

  private func failedInSubsets(_ mesh: inout Fixture) -> [UInt64] {
    mesh.picture().services[0].subsets.map(\.failed)
  }

  @Test("are those of the endpoint that they name")
  func named() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try fail(&mesh, subset: "v1", endpoint: "127.0.0.1:20002", times: 3)
    #expect(failed(&mesh) == [0, 3])
    // Nobody knows this one; the subset is all that is known.
    try fail(&mesh, subset: "v1", endpoint: "10.0.0.1:1", times: 2)
    #expect(failed(&mesh) == [0, 3] && failedInSubsets(&mesh) == [2, 0])
  }

  @Test("are those of the subset's only workload, also when it is dead and after it is back")
  func onlyWorkload() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try fail(&mesh, subset: "v2", times: 2)
    let dead = ProcessPicture(state: .dead, exitReason: "killed by signal 9")
    mesh.state.noteProcess(id: Self.v2, kind: .workload, dead, now: mesh.now)
    var inventory = Fixture.inventory
    inventory.workloads.removeLast()
    mesh.setInventory(inventory)
    try fail(&mesh, subset: "v2", times: 3)
    let row = try #require(mesh.picture().endpoints.last)
    #expect(row.id == Self.v2 && row.failed == 5 && row.calls == 5 && row.callsPerSecond > 0)
    #expect(row.recentFailureShare == 1)
    inventory.workloads.append(Fixture.workload("v2", port: 20_077))
    mesh.setInventory(inventory)
    try fail(&mesh, subset: "v2")
    #expect(failed(&mesh) == [0, 6] && failedInSubsets(&mesh) == [0, 0])
  }

  @Test("are the subset's own where it has several workloads, or none")
  func several() throws {
    var inventory = Fixture.inventory
    inventory.workloads.append(Fixture.workload("v2", port: 20_003, number: 2))
    var mesh = try Fixture(inventory: inventory)
    mesh.join("client-1")
    try fail(&mesh, subset: "v2", times: 2)
    #expect(failed(&mesh) == [0, 0, 0] && failedInSubsets(&mesh) == [0, 2])
    // The other one may be to blame for what fails now, too.
    inventory.workloads.removeLast()
    mesh.setInventory(inventory)
    try fail(&mesh, subset: "v2")
    #expect(failed(&mesh) == [0, 0] && failedInSubsets(&mesh) == [0, 3])
  }

  @Test("of all calls to an endpoint are an event once, and so is its next answer")
  func everyCall() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    func told(_ mesh: inout Fixture) -> [String] {
      mesh.picture().events.map(\.text).filter { $0.contains("127.0.0.1:20002 (v2)") }
    }
    let good = try answer(of: &mesh, from: "127.0.0.1:20002")
    for _ in 0..<1_000 { mesh.report(good) }
    for _ in 0..<12 {
      mesh.advance(milliseconds: 1_000)
      try fail(&mesh, subset: "v2", endpoint: "127.0.0.1:20002", times: 3, at: mesh.now)
    }
    let every = "127.0.0.1:20002 (v2): every call fails, 16 in 5 s"
    #expect(told(&mesh) == [every])
    let row = try #require(mesh.picture().endpoints.last)
    #expect(row.failed == 36 && row.callsPerSecond > 2 && row.recentFailureShare == 1)
    mesh.report(try answer(of: &mesh, from: "127.0.0.1:20002"))
    #expect(told(&mesh) == [every, "127.0.0.1:20002 (v2): answers again"])
  }

  @Test("are no event where some are answered, where they are few, and where they are quick")
  func notEvery() throws {
    for (failures, gap, answered) in [(3, 1_000, true), (1, 1_000, false), (40, 400, false)] {
      var mesh = try Fixture()
      mesh.join("client-1")
      for _ in 0..<9 {
        mesh.advance(milliseconds: UInt64(gap))
        try fail(&mesh, subset: "v2", endpoint: "127.0.0.1:20002", times: failures, at: mesh.now)
        if answered { mesh.report(try answer(of: &mesh, from: "127.0.0.1:20002")) }
      }
      let events = mesh.picture().events
      #expect(!events.contains { $0.text.contains("every call fails") })
    }
  }

  private func answer(of mesh: inout Fixture, from endpoint: String) throws -> CallRecord {
    var record = try mesh.decide("client-1")
    record.cluster = Fixture.cluster("v2")
    (record.endpoint, record.workloadVersion) = (endpoint, "v2.0.0")
    return record
  }

  @Test("are the service's where no subset was chosen")
  func unplaced() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try fail(&mesh, subset: "", times: 2)
    var record = try mesh.decide("client-1")
    (record.cluster, record.endpoint, record.statusCode) = ("", "", 14)
    mesh.report(record)
    #expect(mesh.picture().services[0].failedUnplaced == 3)
    #expect(failed(&mesh) == [0, 0] && failedInSubsets(&mesh) == [0, 0])
  }
}
