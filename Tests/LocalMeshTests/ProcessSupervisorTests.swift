import MeshModel
import MeshPicture
import TestSupport
import Testing

@testable import LocalMesh

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Supervised processes", .timeLimit(.minutes(2)))
struct ProcessSupervisorTests {
  private static let quick = RestartBackoff.Policy(
    first: .milliseconds(20),
    longest: .milliseconds(80)
  )
  private static let slow = RestartBackoff.Policy(first: .seconds(300), longest: .seconds(300))

  private let events = Recorder<ChildEvent>()

  private func supervisor(
    _ script: String,
    environment: [String: String?] = [:],
    executable: String = "/bin/sh",
    backoff: RestartBackoff.Policy = quick,
    grace: Duration = .seconds(20)
  ) -> ProcessSupervisor {
    let child = ChildCommand(
      id: "child",
      kind: .client,
      arguments: ["-c", script],
      environment: environment
    )
    let settings = ProcessSupervisor.Settings(backoff: backoff, grace: grace, jitter: { 0.5 })
    return ProcessSupervisor(
      [child],
      executable: executable,
      settings: settings,
      logger: .silent
    )
  }

  /// Runs a supervisor while a body looks at it, then stops it and waits for its end.
  private func whileRunning(
    _ supervisor: ProcessSupervisor,
    _ body: () async throws -> Void
  ) async rethrows {
    let events = events
    let running = Task { await supervisor.run { events.record($1) } }
    do {
      try await body()
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    await running.value
  }

  private func isAlive(_ processID: Int) -> Bool {
    kill(pid_t(processID), 0) == 0
  }

  @Test("say that they are ready, and end when told to")
  func ready() async throws {
    let script = #"echo noise; echo '{"ready":{"address":"127.0.0.1","port":20001}}'; exec cat"#
    try await whileRunning(supervisor(script)) {
      #expect(await events.waits { $0.count == 2 })
      #expect(events.all.last == .ready(ReadyLine(address: "127.0.0.1", port: 20_001)))
      let id = try #require(events.all.first?.processID)
      #expect(isAlive(id))
    }
    #expect(events.all.last == .stopped(.signaled(SIGTERM, lastLine: nil)))
    #expect(events.all.compactMap(\.processID).allSatisfy { !isAlive($0) })
  }

  @Test("that die are started again, later each time, with the reason told")
  func restarts() async {
    await whileRunning(supervisor("echo first >&2; echo no port >&2; exit 3")) {
      #expect(await events.waits { $0.count(where: \.isDeath) >= 4 })
    }
    let deaths = events.all.filter(\.isDeath).prefix(4)
    let reason = ExitReason.exited(code: 3, lastLine: "no port")
    #expect(
      Array(deaths) == [20, 40, 80, 80].map { ChildEvent.died(reason, restartInMilliseconds: $0) }
    )
    #expect(events.all.count { $0.processID != nil } >= 4)
  }

  @Test("that are killed are told so")
  func kills() async throws {
    let supervisor = supervisor("echo '{\"ready\":{}}'; exec cat")
    try await whileRunning(supervisor) {
      #expect(await events.waits { $0.contains(.ready(ReadyLine())) })
      try supervisor.kill("child", signal: SIGKILL)
      #expect(await events.waits { $0.contains(where: \.isDeath) })
      #expect(
        events.all.first(where: \.isDeath)
          == .died(.signaled(SIGKILL, lastLine: nil), restartInMilliseconds: 20)
      )
      #expect(await events.waits { $0.count(where: { $0 == .ready(ReadyLine()) }) == 2 })
    }
  }

  @Test("can be restarted without delay, while they run and while they wait")
  func restartsOnRequest() async throws {
    let supervisor = supervisor("echo '{\"ready\":{}}'; exec cat", backoff: Self.slow)
    try await whileRunning(supervisor) {
      #expect(await events.waits { $0.contains(.ready(ReadyLine())) })
      try supervisor.restart("child")
      #expect(await events.waits { $0.count(where: { $0 == .ready(ReadyLine()) }) == 2 })
      #expect(
        events.all.first(where: \.isDeath)
          == .died(.signaled(SIGTERM, lastLine: nil), restartInMilliseconds: 0)
      )
      try supervisor.kill("child", signal: SIGKILL)
      #expect(await events.waits { $0.count(where: \.isDeath) == 2 })
      #expect(
        events.all.last == .died(.signaled(9, lastLine: nil), restartInMilliseconds: 300_000)
      )
      try supervisor.restart("child")
      #expect(await events.waits { $0.count(where: { $0 == .ready(ReadyLine()) }) == 3 })
    }
  }

  @Test("that don't exist or don't run can't be signalled")
  func unknown() async {
    let supervisor = supervisor("exit 1", backoff: Self.slow)
    await whileRunning(supervisor) {
      #expect(await events.waits { $0.contains(where: \.isDeath) })
      let dead = #expect(throws: LocalMeshError.self) { try supervisor.kill("child", signal: 9) }
      #expect(dead?.code == .processNotRunning)
      let other = #expect(throws: LocalMeshError.self) { try supervisor.restart("nobody") }
      #expect(other?.message == "no process is called nobody; there are: child")
    }
  }

  @Test("that won't end are killed when their time is over, also with what they started")
  func stubborn() async throws {
    let script = "trap '' TERM; echo '{\"ready\":{}}'; while :; do sleep 0.1; done"
    await whileRunning(supervisor(script, grace: .milliseconds(200))) {
      #expect(await events.waits { $0.contains(.ready(ReadyLine())) })
    }
    #expect(events.all.last == .stopped(.signaled(SIGKILL, lastLine: nil)))
    let id = try #require(events.all.first?.processID)
    #expect(!isAlive(id))
  }

  @Test("that are stopped are killed as well")
  func halted() async throws {
    let script = "trap '' TERM; echo '{\"ready\":{}}'; while :; do sleep 0.1; done"
    let supervisor = supervisor(script, grace: .milliseconds(100))
    try await whileRunning(supervisor) {
      #expect(await events.waits { $0.contains(.ready(ReadyLine())) })
      try supervisor.kill("child", signal: SIGSTOP)
    }
    #expect(events.all.last == .stopped(.signaled(SIGKILL, lastLine: nil)))
  }

  @Test("are dead when they die, and what they started and left behind is ended")
  func grandchild() async throws {
    let script = "sleep 600 & echo $! >&2; exit 4"
    let supervisor = supervisor(script, backoff: Self.slow)
    await whileRunning(supervisor) {
      _ = await events.waits(within: .seconds(10)) { $0.contains(where: \.isDeath) }
    }
    let line = try #require(events.all.compactMap(\.lastLine).first)
    let left = try #require(Int(line))
    #expect(await events.waits { _ in !isAlive(left) })
  }

  @Test("may flood us with messages; the last line is still the reason")
  func flood() async {
    let script = "yes flood | head -c 3000000 >&2; echo the end >&2; exit 5"
    await whileRunning(supervisor(script, backoff: Self.slow)) {
      #expect(await events.waits(within: .seconds(60)) { $0.contains(where: \.isDeath) })
    }
    let reason = ExitReason.exited(code: 5, lastLine: "the end")
    #expect(events.all.contains(.died(reason, restartInMilliseconds: 300_000)))
  }

  @Test("that can't be started are told so, and tried again")
  func missing() async {
    await whileRunning(supervisor("", executable: "/nowhere/weir")) {
      #expect(await events.waits { $0.count(where: \.isDeath) >= 2 })
    }
    guard case .died(.notStarted(let why), _) = events.all.first else {
      Issue.record("\(events.all)")
      return
    }
    #expect(why.contains("/nowhere/weir"))
  }

  @Test("get their environment, changed as asked")
  func environment() async {
    setenv("WEIR_TEST_TAKEN", "here", 1)
    let script = "echo \"$WEIR_TEST_GIVEN|$WEIR_TEST_TAKEN|$HOME\" >&2; exit 1"
    let environment = ["WEIR_TEST_GIVEN": "{\"a\": 1}", "WEIR_TEST_TAKEN": nil]
    await whileRunning(supervisor(script, environment: environment, backoff: Self.slow)) {
      #expect(await events.waits { $0.contains(where: \.isDeath) })
    }
    let home = String(cString: getenv("HOME"))
    let reason = ExitReason.exited(code: 1, lastLine: "{\"a\": 1}||\(home)")
    #expect(events.all.contains(.died(reason, restartInMilliseconds: 300_000)))
  }
}

extension ChildEvent {
  fileprivate var isDeath: Bool {
    if case .died = self { true } else { false }
  }

  /// What the child wrote last before it died with an exit code.
  fileprivate var lastLine: String? {
    if case .died(.exited(_, let line), _) = self { line } else { nil }
  }

  fileprivate var processID: Int? {
    if case .started(let processID) = self { processID } else { nil }
  }
}
