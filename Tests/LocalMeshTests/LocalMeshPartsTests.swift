import MeshModel
import MeshPicture
import Synchronization
import TestSupport
import Testing

@testable import LocalMesh

@Suite("Waits before restarts")
struct RestartBackoffTests {
  @Test("double up to the bound, and start over after a long run")
  func doubles() {
    var backoff = RestartBackoff()
    let waits = (1...7).map { _ in backoff.delay(afterRunning: .seconds(1), jitter: 0.5) }
    #expect(waits == [0.5, 1, 2, 4, 8, 10, 10].map { Duration.seconds($0) })
    #expect(backoff.delay(afterRunning: .seconds(30), jitter: 0.5) == .seconds(0.5))
    #expect(backoff.delay(afterRunning: .seconds(29), jitter: 0.5) == .seconds(1))
  }

  @Test("spread by a fifth, never beyond the bound", arguments: [(0.0, 400), (1.0, 600)])
  func jitter(dice: Double, milliseconds: Int) {
    var backoff = RestartBackoff()
    #expect(backoff.delay(afterRunning: .zero, jitter: dice) == .milliseconds(milliseconds))
    for _ in 1...9 { #expect(backoff.delay(afterRunning: .zero, jitter: dice) <= .seconds(10)) }
  }
}

@Suite("Output that is kept")
struct OutputTailTests {
  @Test("comes in lines, whatever the pieces, without control characters")
  func lines() {
    var tail = OutputTail()
    #expect(tail.append("on".utf8) == [])
    #expect(tail.append("e\r\n\u{1B}[31mtwo\tx\nthr".utf8) == ["one", "?[31mtwo x"])
    #expect(tail.finish() == "thr")
    #expect(tail.finish() == nil)
    #expect(tail.lines == ["one", "?[31mtwo x", "thr"])
  }

  @Test("is bounded in lines and in their length")
  func bounded() {
    var tail = OutputTail()
    for number in 1...1_000 { _ = tail.append("line \(number)\n".utf8) }
    _ = tail.append(repeatElement(UInt8(ascii: "x"), count: 100_000))
    _ = tail.finish()
    #expect(tail.lines.count == OutputTail.capacity)
    #expect(tail.lines.last?.count == OutputTail.longestLine)
    #expect(tail.lines.first == "line 982")
  }

  @Test("gives the reason of an end: the fatal error before what follows it, else the last line")
  func reason() {
    var tail = OutputTail()
    #expect(tail.reason == nil)
    _ = tail.append("port 20000 is taken\n\n".utf8)
    #expect(tail.reason == "port 20000 is taken")
    _ = tail.append("a.swift:1: Fatal error: nil\n\nThread 1 crashed\n".utf8)
    #expect(tail.reason == "a.swift:1: Fatal error: nil")
  }

  @Test("reaches the log so many lines a second, and says how many were left out")
  func budget() {
    let start = ContinuousClock.now
    var budget = LineBudget(linesPerSecond: 2, at: start)
    #expect(budget.admit(["a", "b", "c"], at: start) == ["a", "b"])
    #expect(budget.admit(["d"], at: start + .milliseconds(900)) == [])
    #expect(budget.admit(["e"], at: start + .seconds(1)) == ["(2 lines left out)", "e"])
  }
}

@Suite("Words for how a child ended")
struct ExitReasonTests {
  @Test(
    "tell code or signal, and the last line",
    arguments: [
      (ExitReason.exited(code: 3, lastLine: "no port"), "exited with code 3: no port"),
      (.exited(code: 0, lastLine: nil), "exited with code 0"),
      (.signaled(9, lastLine: nil), "killed by signal 9 (SIGKILL)"),
      (.signaled(4, lastLine: "Fatal error"), "killed by signal 4 (SIGILL): Fatal error"),
      (.signaled(64, lastLine: nil), "killed by signal 64"),
      (.notStarted("no such file"), "could not be started: no such file"),
    ]
  )
  func texts(reason: ExitReason, text: String) {
    #expect(reason.description == text)
  }
}

@Suite("The line that says ready")
struct ReadyLineTests {
  @Test("is read as it is written")
  func roundTrip() {
    let server = ReadyLine(address: "127.0.0.1", port: 20_000)
    #expect(server.text == #"{"ready":{"address":"127.0.0.1","port":20000}}"#)
    #expect(ReadyLine(parsing: server.text) == server)
    #expect(ReadyLine().text == #"{"ready":{}}"#)
    #expect(ReadyLine(parsing: #"{"ready":{}}"#) == ReadyLine())
  }

  @Test(
    "is no other line",
    arguments: ["", "ready", "{}", #"{"ready":true}"#, #"{"ready":{"port":70000}}"#, "[1"]
  )
  func others(line: String) {
    #expect(ReadyLine(parsing: line) == nil)
  }
}

@Suite("Delivery in order")
struct OrderedDeliveryTests {
  @Test("one at a time, also for what the receiver itself causes")
  func reentrant() {
    let seen = Recorder<Int>()
    let again = Mutex<(@Sendable (Int) -> Void)?>(nil)
    let delivery = OrderedDelivery<Int> { value in
      if value < 3 { again.withLock { $0 }?(value + 1) }
      seen.record(value)
    }
    again.withLock { $0 = { delivery.deliver($0) } }
    delivery.deliver(1)
    #expect(seen.all == [1, 2, 3])
  }

  @Test("from many tasks, each one's in its order")
  func concurrent() async {
    let seen = Recorder<[Int]>()
    let delivery = OrderedDelivery<[Int]> { seen.record($0) }
    await withTaskGroup { group in
      for task in 0..<4 {
        group.addTask { for number in 0..<200 { delivery.deliver([task, number]) } }
      }
    }
    #expect(seen.all.count == 800)
    for task in 0..<4 {
      #expect(seen.all.filter { $0[0] == task }.map { $0[1] } == Array(0..<200))
    }
  }
}

@Suite("What is known of the processes")
struct LocalMeshStateTests {
  private let plan = LocalMeshPlan()

  @Test("a workload is in the inventory from its ready line to its death")
  func workload() throws {
    let server = plan.servers[1]
    var state = LocalMeshState(
      services: [plan.service],
      children: plan.servers + plan.clients(of: "127.0.0.1:15010")
    )
    #expect(state.inventory == MeshInventory(services: [plan.service]))

    let started = state.apply(.started(processID: 7), to: server)
    #expect(started.picture == ProcessPicture(state: .starting, processID: 7))
    #expect(started.inventory == nil)

    let ready = state.apply(.ready(ReadyLine(address: "127.0.0.1", port: 20_005)), to: server)
    #expect(ready.picture.state == .running)
    let workload = try #require(ready.inventory?.workloads.first)
    #expect(workload.id == "dubbo-go-server-v2-1" && workload.port == 20_005)
    #expect(workload.workloadVersion == "v2.0.0" && workload.labels["dubbogoAppVersion"] == "v2")

    let reason = ExitReason.signaled(9, lastLine: nil)
    let died = state.apply(.died(reason, restartInMilliseconds: 500), to: server)
    #expect(died.inventory == MeshInventory(services: [plan.service]))
    #expect(died.picture.state == .dead && died.picture.processID == nil)
    #expect(died.picture.exitReason == "killed by signal 9 (SIGKILL)")
    #expect(died.picture.restartInMilliseconds == 500 && died.picture.restarts == 0)

    let again = state.apply(.started(processID: 8), to: server).picture
    #expect(again.restarts == 1 && again.restartInMilliseconds == nil)
    #expect(again.exitReason == "killed by signal 9 (SIGKILL)")
  }

  @Test("a client is never in the inventory")
  func client() {
    let client = plan.clients(of: "127.0.0.1:15010")[0]
    var state = LocalMeshState(
      services: [plan.service],
      children: plan.servers + plan.clients(of: "127.0.0.1:15010")
    )
    _ = state.apply(.started(processID: 7), to: client)
    let ready = state.apply(.ready(ReadyLine()), to: client)
    #expect(ready.picture.state == .running && ready.inventory == nil)
  }
}
