import ArgumentParser
import Foundation
import Logging
import MeshClient
import MeshModel
import Synchronization
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

  func run() async throws {
    raiseFileLimit()
    let table = Table(
      title: """
        ADS control plane: \(edits) weight edits, one after the other; latency from the edit to the \
        receipt, each client and edit
        """,
      columns: [
        ("clients", 18), ("connect s", 10), ("p50 ms", 8), ("p99 ms", 8), ("last ms", 8),
        ("CPU us/c/edit", 14), ("KiB/client", 11),
      ]
    )
    for count in clients { try await measure(count, table) }
    for reference in Self.references { table.row(reference) }
    printNow(
      """
      go-control-plane: measured on two cores with an outside load generator on the same machine; \
      the last two rows with its LinearCache and Mux
      """
    )
  }

  /// Figures of `design.md` in the shape of the table.
  private static let references = [
    ["go-control-plane 1k", "", "19-25", "43-57", "", "66-78", "51-57"],
    ["  LinearCache 1k", "", "", "", "31", "67", "51"],
    ["  LinearCache 5k", "", "", "", "159", "75", "48"],
  ]

  private func measure(_ count: Int, _ table: Table) async throws {
    let plane = try ChildProcess(ChildProcess.sibling("weir-bench"), ["control-plane"])
    defer { plane.end() }
    guard let port = plane.readLine().flatMap({ UInt16($0) }) else {
      throw BenchError("the control plane did not start")
    }
    let before = plane.usage
    let crowd = Crowd(count: count, port: port)
    try await crowd.with {
      let begun = MonotonicTime.now()
      await crowd.isReady()
      let connect = Double(MonotonicTime.now().nanoseconds(since: begun)) / 1e9
      // Memory is read once the last connections have settled.
      try await Task.sleep(for: .seconds(1))
      let settled = plane.usage
      for _ in 0..<edits {
        plane.write(line: "1")
        guard let answer = plane.readLine()?.split(separator: " "), answer.count == 2,
          let revision = UInt64(answer[0]), let time = UInt64(answer[1])
        else { throw BenchError("the control plane answered no edit") }
        await crowd.holds(revision: revision, editedAt: MonotonicTime(nanoseconds: time))
      }
      // The acknowledgements of the last edit are part of its cost.
      try await Task.sleep(for: .milliseconds(300))
      let after = plane.usage
      let latencies = crowd.latencies()
      let work = Double(count * edits)
      let cpu = ((after?.cpuMicroseconds ?? 0) - (settled?.cpuMicroseconds ?? 0)) / work
      let memory = ((settled?.residentBytes ?? 0) - (before?.residentBytes ?? 0)) / Double(count)
      table.row([
        "weir \(count)", format(connect, 2), format(latencies.quantile(0.5)),
        format(latencies.quantile(0.99)), format(latencies.last ?? 0), format(cpu),
        format(memory / 1024),
      ])
    }
  }
}

/// Many ADS clients and what each has received.
final class Crowd: Sendable {
  private struct State {
    /// By client: whether it has endpoints, and the newest revision of its routes.
    var hasEndpoints: [Bool]
    var routeRevisions: [UInt64]
    var edits: [UInt64: MonotonicTime] = [:]
    var receipts: [(revision: UInt64, time: MonotonicTime)] = []
    /// The clients that are still awaited, and what waits for them.
    var awaited = 0
    var awaitedRevision: UInt64?
    var waiter: CheckedContinuation<Void, Never>?

    mutating func note(_ receipt: ADSLoadClient.Receipt, of index: Int, _ revision: UInt64) -> Bool
    {
      switch receipt.type {
      case .endpoints:
        guard !hasEndpoints[index] else { return false }
        hasEndpoints[index] = true
        return awaitedRevision == nil
      case .routeConfiguration:
        receipts.append((revision, receipt.time))
        let old = routeRevisions[index]
        routeRevisions[index] = max(old, revision)
        guard let awaitedRevision else { return false }
        return old < awaitedRevision && revision >= awaitedRevision
      case .cluster, .listener:
        return false
      }
    }
  }

  private let count: Int
  private let port: UInt16
  private let state: Mutex<State>

  init(count: Int, port: UInt16) {
    self.count = count
    self.port = port
    state = Mutex(
      State(
        hasEndpoints: Array(repeating: false, count: count),
        routeRevisions: Array(repeating: 0, count: count)
      )
    )
  }

  /// Keeps the clients connected while the body runs.
  func with(_ body: () async throws -> Void) async throws {
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<count {
        let client = ADSLoadClient(
          server: ServerAddress(host: "127.0.0.1", port: port),
          nodeID: "sidecar~127.0.0.1~load-\(index).default~default.svc.cluster.local",
          listener: "\(Walkthrough.host):\(Walkthrough.port)",
          seed: UInt64(index),
          logger: logger
        ) { self.note($0, of: index) }
        group.addTask { try await client.run() }
      }
      try await body()
      group.cancelAll()
    }
  }

  /// Waits until every client has endpoints, and so could call.
  func isReady() async {
    await wait { state in
      state.awaitedRevision = nil
      return state.hasEndpoints.count { !$0 }
    }
  }

  /// Waits until every client holds the routes of this revision.
  func holds(revision: UInt64, editedAt time: MonotonicTime) async {
    await wait { state in
      state.edits[revision] = time
      state.awaitedRevision = revision
      return state.routeRevisions.count { $0 < revision }
    }
  }

  /// Milliseconds from each edit to each client's receipt, sorted.
  func latencies() -> [Double] {
    state.withLock { state in
      state.receipts.compactMap { receipt in
        state.edits[receipt.revision].map { Double(receipt.time.nanoseconds(since: $0)) / 1e6 }
      }.sorted()
    }
  }

  private func wait(for missing: (inout State) -> Int) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        state.awaited = missing(&state)
        guard state.awaited > 0 else { return true }
        state.waiter = continuation
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  private func note(_ receipt: ADSLoadClient.Receipt, of index: Int) {
    guard let version = ConfigVersion(receipt.version) else { return }
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.note(receipt, of: index, version.revision) else { return nil }
      state.awaited -= 1
      guard state.awaited == 0 else { return nil }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
