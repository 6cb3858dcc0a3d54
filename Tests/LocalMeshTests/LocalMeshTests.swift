import MeshModel
import MeshPicture
import Synchronization
import TestSupport
import Testing

@testable import LocalMesh

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("A local mesh", .timeLimit(.minutes(2)))
struct LocalMeshTests {
  private let pictures = Recorder<ProcessPicture>()
  private let inventories = Recorder<MeshInventory>()

  @Test("tells its processes' states and its workloads as they come and go")
  func observed() async throws {
    let plan = LocalMeshPlan(clients: [])
    var server = plan.servers[0]
    let ready = ReadyLine(address: "127.0.0.1", port: 20_007).text
    server.arguments = ["-c", "echo '\(ready)'; exec cat"]
    let mesh = LocalMesh(
      services: [plan.service],
      children: [server],
      executable: "/bin/sh",
      settings: ProcessSupervisor.Settings(
        backoff: RestartBackoff.Policy(first: .milliseconds(10)),
        jitter: { 0.5 }
      ),
      observer: LocalMesh.Observer(
        onProcess: { [pictures] _, _, picture in pictures.record(picture) },
        onInventory: { [inventories] inventory in inventories.record(inventory) }
      ),
      logger: .silent
    )
    let running = Task { await mesh.run() }
    #expect(await inventories.waits { $0.count == 2 })
    try mesh.kill(server.id, signal: SIGKILL)
    #expect(await inventories.waits { $0.count == 4 })
    running.cancel()
    await running.value

    #expect(inventories.all.map(\.workloads.count) == [0, 1, 0, 1, 0])
    #expect(inventories.all[1].workloads.first?.port == 20_007)
    #expect(
      pictures.all.map(\.state)
        == [.starting, .running, .dead, .starting, .running, .stopped]
    )
    #expect(pictures.all.last?.restarts == 1)
  }
}

/// An engine's end by `kill -9`, played by a process of its own.
@Suite("Children of an engine that is killed", .timeLimit(.minutes(2)))
struct LifelineTests {
  @Test("are gone: those that run, and those that were stopped")
  func killed() async throws {
    // Where the children leave their process IDs.
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
      try await runUntilKilled(in: path)
    }
    let ids = try processIDs(in: folder)
    #expect(ids.count == 3)
    _ = await eventually { !ids.contains(where: isRunning) }
    #expect(ids.filter(isRunning) == [])
    for id in ids { kill(id, SIGKILL) }
  }

  @Test("end by themselves when their standard input does")
  func ends() async {
    await #expect(processExitsWith: .exitCode(0)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      dup2(ends[0], STDIN_FILENO)
      try? Lifeline.exitWhenParentEnds()
      close(ends[1])
      sleep(30)
      exit(1)
    }
  }

  private func processIDs(in folder: TemporaryFolder) throws -> [pid_t] {
    try (0..<3).map { number in
      let file = try #require(fopen(folder.path("\(number)"), "r"))
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 32)
      fgets(&line, 32, file)
      return pid_t(atoi(line))
    }
  }

  /// Whether it exists and is no zombie that only waits for somebody to ask after it.
  private func isRunning(_ id: pid_t) -> Bool {
    let state = stateLetter(of: id)
    return state != nil && state != "Z" && state != "X"
  }
}

/// The state of a process as the kernel abbreviates it, such as T for stopped; nil where it is gone.
private func stateLetter(of id: pid_t) -> Character? {
  guard let file = fopen("/proc/\(id)/stat", "r") else { return nil }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  fgets(&line, 512, file)
  let text = String(
    decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
    as: UTF8.self
  )
  return text.split(separator: ")").last?.dropFirst().first
}

/// Starts three children, stops one (SIGSTOP), and kills this process once all run.
private func runUntilKilled(in folder: String) async throws {
  let children = (0..<3).map { number in
    ChildCommand(
      id: "\(number)",
      kind: .client,
      // `cat` reads its lifeline to the end, as a workload does.
      arguments: ["-c", "echo $$ > \(folder)/\(number); echo '{\"ready\":{}}'; exec cat"]
    )
  }
  let supervisor = ProcessSupervisor(
    children,
    executable: "/bin/sh",
    logger: .silent
  )
  let events = Recorder<ChildEvent>()
  let stopped = Mutex<pid_t>(0)
  let running = Task {
    await supervisor.run { child, event in
      if child.id == "1", case .started(let id) = event { stopped.withLock { $0 = pid_t(id) } }
      events.record(event)
    }
  }
  _ = await events.waits { $0.count(where: { $0 == .ready(ReadyLine()) }) == 3 }
  try supervisor.kill("1", signal: SIGSTOP)
  // The kernel acts on it in its own time, and hangs up only on groups that stand still by then.
  try await until("the child is stopped") { stateLetter(of: stopped.withLock { $0 }) == "T" }
  kill(getpid(), SIGKILL)
  await running.value
}
