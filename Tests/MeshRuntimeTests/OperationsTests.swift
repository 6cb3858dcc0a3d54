import MeshModel
import MeshPicture
import MeshRuntime
import Synchronization
import Testing
import TrafficEngine
import XDSCore

@Suite("What is asked of an engine")
struct OperationsTests {
  static func engine(_ rules: MeshRules = Walkthrough.start) throws -> MeshEngine {
    try MeshEngine(
      meshName: "local",
      boot: Fixture.boot,
      rules: rules,
      title: "start",
      inventory: Fixture.inventory,
      clock: MeshEngine.Clock(
        wall: { Timestamp(microseconds: 1) },
        monotonic: { MonotonicTime(nanoseconds: 1_000_000_000) }
      ),
      publish: { _ in }
    )
  }

  private static func record(_ version: String) -> CallRecord {
    CallRecord(
      time: Timestamp(microseconds: 1),
      nodeID: Fixture.nodeID("client-1"),
      authority: Fixture.authority,
      path: Fixture.path,
      workloadVersion: version
    )
  }

  @Test("shows each viewer its own calls, at once when it asks and again while it watches")
  func pictures() async throws {
    let engine = try Self.engine()
    engine.record(calls: [Self.record("v1.0.0"), Self.record("v2.0.0")], dropped: 0)
    let (views, ask) = AsyncStream.makeStream(of: PictureRequest.self)
    ask.yield(PictureRequest(callFilter: "ver:v2", interval: .milliseconds(10)))
    var pictures = engine.pictures(views).makeAsyncIterator()
    var picture = try #require(try await pictures.next())
    #expect(picture.calls.rows.map(\.sequence) == [2] && picture.calls.total == 2)

    engine.record(calls: [Self.record("v2.0.0")], dropped: 0)
    while picture.calls.rows.count < 2 { picture = try #require(try await pictures.next()) }
    #expect(picture.calls.rows.map(\.sequence) == [2, 3])

    ask.yield(PictureRequest(callFilter: "ver:v1", callLimit: 5, interval: .seconds(3_600)))
    while picture.calls.filter != "ver:v1" { picture = try #require(try await pictures.next()) }
    #expect(picture.calls.rows.map(\.sequence) == [1])
    #expect(engine.picture().calls.rows.count == 3)
    ask.finish()
    while try await pictures.next() != nil {}
  }

  @Test("gives the calls that are there, and ends")
  func tail() async throws {
    let engine = try Self.engine()
    engine.record(calls: (0..<10).map { Self.record("v\($0 % 2 + 1).0.0") }, dropped: 0)
    var batches: [CallsBatch] = []
    for try await batch in engine.calls(CallsRequest(filter: "ver:v1", tail: 3)) {
      batches.append(batch)
    }
    #expect(batches.map { $0.rows.map(\.sequence) } == [[5, 7, 9]])
    for try await _ in engine.calls(CallsRequest(filter: "nobody")) {
      Issue.record("a call that nobody made")
    }
  }

  @Test("gives calls as they come, and says how many a slow reader missed")
  func follow() async throws {
    let engine = try Self.engine()
    var calls = engine.calls(CallsRequest(tail: 0, follows: true)).makeAsyncIterator()
    engine.record(calls: [Self.record("v1.0.0")], dropped: 0)
    let first = try await calls.next()
    #expect(first?.rows.map(\.sequence) == [1] && first?.dropped == 0)

    engine.record(calls: Array(repeating: Self.record("v2.0.0"), count: 10_000), dropped: 0)
    let rest = try #require(try await calls.next())
    #expect(rest.dropped > 0 && Int(rest.dropped) + rest.rows.count == 10_000)
    #expect(rest.rows.last?.sequence == 10_001 && rest.rows.count >= 2_000)
  }

  @Test("ends a follower whose task is cancelled while it waits")
  func cancelled() async throws {
    let engine = try Self.engine()
    let stream = engine.calls(CallsRequest(tail: 0, follows: true))
    let task = Task {
      var count = 0
      for try await batch in stream { count += batch.rows.count }
      return count
    }
    task.cancel()
    #expect(try await task.value == 0)
  }

  @Test("lists the resources of a profile, and those that a change would make")
  func resources() async throws {
    let engine = try Self.engine()
    engine.lend(MeshEngine.Facilities(json: { resource, _ in "\(resource)" }))
    let now = try await engine.resources(profile: "grpc", after: nil)
    #expect(now.entries.map(\.type).first == "LDS" && now.revision == 1)
    #expect(Set(now.entries.map(\.type)) == ["LDS", "RDS", "CDS", "EDS"])
    let edit = RuleEdit.setWeights(Fixture.rule(0), Fixture.weights(11, 89))
    let after = try await engine.resources(profile: "grpc", after: RuleChange(.edit(edit)))
    let changed = zip(now.entries, after.entries).filter { $0 != $1 }.map(\.0.type)
    #expect(changed == ["RDS"] && now.entries.count == after.entries.count)
    #expect(engine.rules == Walkthrough.start)
    await #expect(throws: EngineError.self) {
      try await engine.resources(profile: "linkerd", after: nil)
    }
  }

  @Test("says who it is, and refuses what nobody lent it")
  func identity() async throws {
    let engine = try Self.engine()
    engine.lend(MeshEngine.Facilities(version: "4", processID: 7, store: "/tmp/s"))
    engine.noteListening(at: "127.0.0.1:1")
    let identity = try await engine.identity()
    #expect(identity.version == "4" && identity.processID == 7 && identity.store == "/tmp/s")
    #expect(identity.boot == Fixture.boot && identity.revision == 1 && identity.mesh == "local")
    #expect(identity.xdsAddress == "127.0.0.1:1")
    await #expect(throws: EngineError.self) { try await engine.control(process: "x", .kill) }
  }
}
