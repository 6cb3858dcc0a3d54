import ArgumentParser
import MeshModel
import SystemClock
import XDSCore

/// Connect time, push latency, CPU and memory of the control plane under many ADS clients.
struct ControlPlaneBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ads",
    abstract: "The control plane: 1, 100, 1,000 and 5,000 ADS clients, one connection each."
  )

  @Option(help: "How many clients, in turn.", transform: { Int($0) ?? 1 })
  var clients: [Int] = [1, 100, 1000, 5000]

  @Option(help: "Weight edits a run, each after the last one has reached every client.")
  var edits = 20

  @Option(help: "Edits of the burst, made without waiting; 0 for none.")
  var burst = 100

  func run() async throws {
    raiseFileLimit()
    let table = Table(
      title: """
        ADS control plane: \(edits) weight edits, one after the other; latency from the edit to the \
        receipt, each client and edit
        """,
      columns: [
        ("clients", 26), ("connect s", 10), ("p50 ms", 8), ("p99 ms", 8), ("last ms", 8),
        ("CPU us/c/edit", 14), ("KiB idle", 9), ("KiB after", 10), ("edit us", 8),
      ]
    )
    for count in clients { try await measure(count, services: 1, table) }
    try await measure(100, services: 50, table)
    for reference in Self.references { table.row(reference) }
    if burst > 0 { try await measureBurst(of: burst, clients: 1_000) }
    printNow(
      """
      go-control-plane: LinearCache behind MuxCache, two cores, an outside load generator on the \
      same machine. last: the slowest client's median. edit: what accepting one edit took.
      """
    )
  }

  /// Figures of the reference in the shape of the table.
  private static let references = [
    ["go-control-plane 1000", "", "19.4", "43", "31", "67", "51", "91", ""],
    ["go-control-plane 5000", "", "91", "197", "159", "75", "48", "", ""],
    ["go-control-plane 50x100", "", "", "6", "", "", "", "", ""],
  ]

  private func measure(_ count: Int, services: Int, _ table: Table) async throws {
    let plane = try RunningPlane(services: services)
    defer { plane.process.end() }
    let before = plane.process.usage
    let total = services == 1 ? count : count * services
    let crowd = Crowd(count: total, port: plane.port, listeners: plane.listeners)
    let begun = MonotonicTime.now()
    try await crowd.with {
      let connect = try await plane.settle(crowd, since: begun)
      let settled = plane.process.usage
      var accepting: [Double] = []
      var last: [Double] = []
      for _ in 0..<edits {
        // As an outside load generator does: the acknowledgements of the edit before are not its cost.
        try await Task.sleep(for: .milliseconds(300))
        let edit = try plane.edit(times: 1)
        await crowd.holds(revision: edit.revision, editedAt: edit.time)
        last.append(Double(MonotonicTime.now().nanoseconds(since: edit.time)) / 1e6)
        accepting.append(edit.microseconds)
      }
      // The acknowledgements of the last edit are part of its cost.
      try await Task.sleep(for: .milliseconds(300))
      let after = plane.process.usage
      let latencies = crowd.latencies()
      let heard = total / services
      let cpu =
        ((after?.cpuMicroseconds ?? 0) - (settled?.cpuMicroseconds ?? 0)) / Double(heard * edits)
      let idle = ((settled?.residentBytes ?? 0) - (before?.residentBytes ?? 0)) / Double(total)
      let used = ((after?.residentBytes ?? 0) - (before?.residentBytes ?? 0)) / Double(total)
      table.row([
        services == 1 ? "weir \(count)" : "weir \(services) services x \(count)",
        format(connect, 2), format(latencies.quantile(0.5)), format(latencies.quantile(0.99)),
        format(last.sorted().quantile(0.5)), format(cpu), format(idle / 1024),
        format(used / 1024), format(accepting.sorted().quantile(0.5), 0),
      ])
      if crowd.lost > 0 { printNow("  \(crowd.lost) streams ended") }
    }
  }

  private func measureBurst(of edits: Int, clients: Int) async throws {
    let plane = try RunningPlane(services: 1)
    defer { plane.process.end() }
    let crowd = Crowd(count: clients, port: plane.port, listeners: plane.listeners)
    try await crowd.with {
      _ = try await plane.settle(crowd, since: .now())
      var times: [Double] = []
      var responses = 0
      for _ in 0..<3 {
        let before = crowd.responses
        let edit = try plane.edit(times: edits)
        await crowd.holds(revision: edit.revision, editedAt: edit.time)
        times.append(Double(MonotonicTime.now().nanoseconds(since: edit.time)) / 1e6)
        try await Task.sleep(for: .milliseconds(300))
        responses = crowd.responses - before
      }
      let median = times.sorted().quantile(0.5)
      printNow(
        """

        Burst: \(edits) edits at once, \(clients) clients: all hold the last one after \
        \(format(median)) ms, with \(responses) responses (go-control-plane: 605 ms; ratio \
        \(format(605 / median)))
        """
      )
    }
  }
}

/// A control plane process that a bench talks to.
private struct RunningPlane {
  struct Edit {
    let revision: UInt64
    let time: MonotonicTime
    /// What accepting the edit took.
    let microseconds: Double
  }

  let process: ChildProcess
  let port: UInt16
  /// Dial targets, the edited service's first.
  let listeners: [String]

  init(services: Int) throws {
    process = try ChildProcess(
      ChildProcess.sibling("weir-bench"),
      ["control-plane", "--services", "\(services)"]
    )
    let first = process.readLine()?.split(separator: " ").first
    guard let port = first.flatMap({ UInt16($0) }) else {
      throw BenchError("the control plane did not start")
    }
    self.port = port
    listeners = (0..<services).map {
      "\(ControlPlaneProcess.serviceName($0)):\(Walkthrough.port)"
    }
  }

  /// Waits until every client could call, and memory has settled; returns the seconds that the
  /// former took.
  func settle(_ crowd: Crowd, since begun: MonotonicTime) async throws -> Double {
    await crowd.isReady()
    let seconds = Double(MonotonicTime.now().nanoseconds(since: begun)) / 1e9
    try await Task.sleep(for: .seconds(1))
    return seconds
  }

  func edit(times: Int) throws -> Edit {
    process.write(line: "\(times)")
    guard let answer = process.readLine()?.split(separator: " "), answer.count == 3,
      let revision = UInt64(answer[0]), let time = UInt64(answer[1]), let micros = Double(answer[2])
    else { throw BenchError("the control plane answered no edit") }
    return Edit(
      revision: revision,
      time: MonotonicTime(nanoseconds: time),
      microseconds: micros / Double(times)
    )
  }
}
