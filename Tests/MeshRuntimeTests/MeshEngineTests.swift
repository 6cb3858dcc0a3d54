import MeshModel
import MeshPicture
import MeshRuntime
import Synchronization
import Testing
import XDSCore

@Suite("The engine")
struct MeshEngineTests {
  /// What was published, in order.
  private final class Published: Sendable {
    let revisions = Mutex<[UInt64]>([])
  }

  private func engine(
    rules: MeshRules = Walkthrough.start,
    published: Published = Published()
  ) throws -> MeshEngine {
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
      publish: { set in published.revisions.withLock { $0.append(set.revision) } }
    )
  }

  @Test("publishes at the start, and once for each change")
  func publishes() throws {
    let published = Published()
    let engine = try engine(published: published)
    #expect(published.revisions.withLock { $0 } == [1])
    let edit = RuleEdit.shiftWeight(Fixture.rule(0), destination: 1, amount: 10)
    #expect(try engine.apply(edit, keyTime: .zero, author: "operator") == 2)
    #expect(try engine.undo(keyTime: .zero, author: "operator") == 3)
    #expect(try engine.redo(keyTime: .zero, author: "operator") == 4)
    engine.setInventory(Fixture.inventory)
    engine.setInventory(MeshInventory(services: [Walkthrough.service]))
    #expect(published.revisions.withLock { $0 } == [1, 2, 3, 4, 5])
    #expect(engine.snapshots?.revision == 5)
    #expect(engine.picture().revision.number == 4)
  }

  @Test("refuses all weights 0 with a sentence, and nothing changes")
  func refuses() throws {
    let published = Published()
    let engine = try engine(published: published)
    let before = engine.rules
    let edit = RuleEdit.setWeights(Fixture.rule(0), Fixture.weights(0, 0))
    let error = #expect(throws: EngineError.self) {
      try engine.apply(edit, keyTime: .zero, author: "operator")
    }
    #expect(error?.code == .refused)
    #expect(error?.findings.map(\.code) == [.weightsAllZero])
    #expect(error?.message.isEmpty == false)
    #expect(engine.rules == before)
    #expect(engine.picture().revision.number == 1)
    #expect(published.revisions.withLock { $0 } == [1])
  }

  @Test("does not publish an edit that changes nothing")
  func nothingChanges() throws {
    let published = Published()
    let engine = try engine(published: published)
    let same = RuleEdit.setWeights(Fixture.rule(0), Fixture.weights(90, 10))
    #expect(try engine.apply(same, keyTime: .zero, author: "operator") == 1)
    #expect(published.revisions.withLock { $0 } == [1])
  }

  @Test("does not start with rules that can't be")
  func badStart() {
    var rules = Walkthrough.start
    for index in 0..<2 { rules.virtualServices[0].http[0].destinations[index].weight = .zero }
    #expect(throws: EngineError.self) { try engine(rules: rules) }
  }

  @Test("never publishes an older set after a newer one, whoever edits")
  func order() async throws {
    let published = Published()
    let engine = try engine(published: published)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for round in 0..<50 {
            let edit = RuleEdit.setWeights(
              Fixture.rule(0),
              Fixture.weights(task + 1, round + 1)
            )
            _ = try? engine.apply(edit, keyTime: .zero, author: "operator")
            _ = engine.picture()
          }
        }
      }
    }
    let revisions = published.revisions.withLock { $0 }
    #expect(revisions == revisions.sorted())
    #expect(Set(revisions).count == revisions.count)
    #expect(revisions.last == engine.picture().revision.number)
    #expect(engine.snapshots?.revision == revisions.last)
  }

  @Test("hands on every event once, in order, outside its lock, whoever makes them")
  func events() async throws {
    let told = Mutex<[EventPicture]>([])
    let box = Mutex<MeshEngine?>(nil)
    let engine = try MeshEngine(
      meshName: "local",
      boot: Fixture.boot,
      rules: Walkthrough.start,
      title: "start",
      inventory: Fixture.inventory,
      clock: MeshEngine.Clock(wall: { .zero }, monotonic: { .zero }),
      publish: { _ in },
      onEvent: { event in
        told.withLock { $0.append(event) }
        // It may use the engine: an event of an event comes after it.
        guard event.text == "call back" else { return }
        box.withLock { $0 }?.note(source: "test", text: "called back")
      }
    )
    box.withLock { $0 = engine }
    #expect(told.withLock { $0.map(\.text) } == ["rev 1: start"])
    try engine.apply(.evenWeights(Fixture.rule(0)), keyTime: .zero, author: "operator")
    engine.note(source: "test", text: "call back")
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for number in 0..<100 { engine.note(source: "\(task)", text: "\(number)") }
        }
      }
    }
    engine.note(source: "test", text: "end")
    let events = told.withLock { $0 }
    #expect(events == engine.picture().events)
    #expect(events.count == 405)
    #expect(events[2].text == "call back" && events[3].text == "called back")
  }

  @Test("may be told of clients while it publishes")
  func recordsInPublish() throws {
    let box = Mutex<MeshEngine?>(nil)
    let engine = try MeshEngine(
      meshName: "local",
      boot: Fixture.boot,
      rules: Walkthrough.start,
      title: "start",
      inventory: Fixture.inventory,
      clock: MeshEngine.Clock(wall: { .zero }, monotonic: { .zero }),
      publish: { set in
        let event = ClientEvent(
          time: .zero,
          stream: StreamID(1),
          nodeID: "n",
          kind: .sent(.cluster, revision: set.revision)
        )
        box.withLock { $0 }?.record(event)
      }
    )
    box.withLock { $0 = engine }
    try engine.apply(.evenWeights(Fixture.rule(0)), keyTime: .zero, author: "operator")
    #expect(engine.picture().clocks.keyToPushed == 0)
  }
}
