import MeshModel
import MeshPicture
import MeshRuntime
import Testing

@Suite("The rates")
struct CallTimeTests {
  /// Ten calls a second that ended one after the other up to now, by a clock that goes wrong.
  private func records(
    _ mesh: inout Fixture,
    seconds: Int64,
    error: Int64 = 0
  ) throws -> [CallRecord] {
    let template = try mesh.decide("client-1")
    return (0..<(seconds * 10)).map { number in
      var record = template
      let age = (seconds * 10 - 1 - number) * 100_000 + 1_000
      record.time = Timestamp(microseconds: mesh.now.wall.microseconds - age + error)
      return record
    }
  }

  /// Lets calls come as they are made, each 5 ms after its end.
  private func run(_ mesh: inout Fixture, calls: Int, error: Int64 = 0) throws {
    for _ in 0..<calls {
      var record = try mesh.decide("client-1")
      record.time = Timestamp(microseconds: mesh.now.wall.microseconds - 6_000 + error)
      mesh.report(record)
      mesh.advance(milliseconds: 100)
    }
  }

  private func expectTen(_ mesh: inout Fixture) {
    let picture = mesh.picture()
    #expect(
      abs(picture.services[0].callsPerSecond - 10) < 1,
      "\(picture.services[0].callsPerSecond)"
    )
    #expect(abs(picture.clients[0].callsPerSecond - 10) < 1)
    let endpoints = picture.endpoints.reduce(0) { $0 + $1.callsPerSecond }
    #expect(abs(endpoints - 10) < 1.5)
  }

  @Test("count a call when it was, though a pause lets the calls of seconds come at once")
  func pause() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try run(&mesh, calls: 50)
    expectTen(&mesh)
    mesh.advance(milliseconds: 8_000)
    mesh.state.record(calls: try records(&mesh, seconds: 8), dropped: 0, now: mesh.now)
    expectTen(&mesh)
    try run(&mesh, calls: 20)
    expectTen(&mesh)
  }

  @Test(
    "do not mind a client's clock that is wrong",
    arguments: [-3_600_000_000, -4_000_000, 9_000_000]
  )
  func wrongClock(error: Int64) throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try run(&mesh, calls: 50, error: error)
    expectTen(&mesh)
    mesh.advance(milliseconds: 8_000)
    mesh.state.record(
      calls: try records(&mesh, seconds: 8, error: error),
      dropped: 0,
      now: mesh.now
    )
    expectTen(&mesh)
  }

  @Test("do not mind for long a clock that is set", arguments: [-5_000_000, 5_000_000])
  func clockThatIsSet(error: Int64) throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try run(&mesh, calls: 50)
    try run(&mesh, calls: 270, error: error)
    expectTen(&mesh)
  }

  @Test("take times that can't be")
  func extremes() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    for time in [Int64.min, .max, 0] {
      for latency in [0, UInt64.max] {
        var record = try mesh.decide("client-1")
        record.time = Timestamp(microseconds: time)
        record.latencyMicroseconds = latency
        mesh.report(record)
      }
    }
    #expect(mesh.picture().clients[0].calls == 6)
  }
}
