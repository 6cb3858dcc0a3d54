import MeshModel
import MeshPicture
import MeshRuntime
import Testing

@Suite("Drift in the log of events")
struct DriftEventTests {
  private func drifts(_ mesh: inout Fixture) -> [EventPicture] {
    mesh.picture().events.filter { $0.text.contains("drift") }
  }

  /// A call that a workload answered, whatever was configured.
  private func answer(_ mesh: inout Fixture, _ version: String) throws {
    var record = try mesh.decide("client-1")
    record.endpoint = "127.0.0.1:2000\(version.dropFirst())"
    record.workloadVersion = "\(version).0.0"
    mesh.report(record)
  }

  @Test("is told once when it is found, and stays though later calls speak against it")
  func latched() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    while mesh.ratio().verdict != .drift { try answer(&mesh, "v2") }
    let n = mesh.ratio().n
    let told = try #require(drifts(&mesh).first)
    #expect(told.severity == .warning)
    let e = UInt64(try #require(mesh.ratio().eValue))
    #expect(told.text == "rule 1 drifts: v1 got 0.0 %, want 90.0 %, n \(n), e \(e)")
    for _ in 0..<(9 * n) { try answer(&mesh, "v1") }
    #expect(try #require(mesh.ratio().eValue) < 20)
    #expect(mesh.ratio().verdict == .drift)
    #expect(drifts(&mesh).count == 1)
  }

  @Test("is told to end when an edit starts the counts afresh, with the last figures")
  func ends() throws {
    var mesh = try Fixture(Walkthrough.steps[1].rules)
    mesh.join("client-1")
    for _ in 0..<3 { try answer(&mesh, "v1") }
    try answer(&mesh, "v2")
    let figures = "n 4, e > 1000000"
    #expect(
      drifts(&mesh).map(\.text) == ["rule 1 drifts: v1 got 75.0 %, want 100.0 %, \(figures)"]
    )
    try mesh.apply(.replaceRules(Walkthrough.start, title: "90/10"))
    #expect(mesh.ratio().verdict == .few)
    let last = try #require(drifts(&mesh).last)
    #expect(last.severity == .info)
    #expect(
      last.text == "rule 1 drift ended by rev 2: v1 got 75.0 %, want 100.0 %, \(figures)"
    )
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    #expect(drifts(&mesh).count == 2)
  }

  @Test("stays where an edit leaves the rule alone, and names the rule")
  func otherRule() throws {
    var mesh = try Fixture(Walkthrough.steps[2].rules)
    mesh.join("client-1")
    try answer(&mesh, "v1")
    try answer(&mesh, "v2")
    #expect(drifts(&mesh).map(\.text).allSatisfy { $0.hasPrefix("rule 2 drifts: ") })
    let match = HTTPMatch(headers: [HeaderMatch(name: "x", match: .present)])
    let third = HTTPRoute(
      matches: [match],
      destinations: [
        RouteDestination(host: Walkthrough.host.description, subset: "v1", weight: .one)
      ]
    )
    try mesh.apply(.insertRule(Fixture.rule(2), third))
    #expect(mesh.ratio(1).verdict == .drift)
    #expect(drifts(&mesh).count == 1)
    try mesh.apply(.deleteRule(Fixture.rule(1)))
    #expect(drifts(&mesh).last?.text.hasPrefix("rule 2 drift ended by rev 3: ") == true)
  }
}
