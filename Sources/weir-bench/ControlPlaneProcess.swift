import ArgumentParser
import ControlPlane
import Foundation
import Logging
import MeshModel
import MeshRuntime
import Synchronization
import SystemClock
import XDSCore

/// A control plane in a process of its own, so that its CPU and memory are its own too.
///
/// Prints its port, then for each line on stdin makes one weight edit and prints the moment of the
/// edit (nanoseconds of CLOCK_MONOTONIC). Ends with stdin.
struct ControlPlaneProcess: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control-plane",
    abstract: "What the other benches start: a control plane, edited by lines on stdin.",
    shouldDisplay: false
  )

  @Option(help: "The port of 127.0.0.1 where v1 listens.")
  var v1: UInt16 = 20_000

  @Option(help: "The port of 127.0.0.1 where v2 listens.")
  var v2: UInt16 = 20_001

  func run() async throws {
    raiseFileLimit()
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let engineBox = Mutex<MeshEngine?>(nil)
    let engineOrNil = { @Sendable in engineBox.withLock { $0 } }
    let plane = ControlPlane(
      configuration: .init(port: 0),
      onEvent: { engineOrNil()?.record($0) },
      onCalls: { engineOrNil()?.record(calls: $0, dropped: $1) },
      clock: { .now() },
      logger: logger
    )
    let engine = try MeshEngine(
      meshName: "bench",
      boot: "bench",
      rules: Walkthrough.start,
      title: "start",
      inventory: inventory(),
      clock: .init(wall: { .now() }, monotonic: { .now() }),
      publish: { plane.publish($0) }
    )
    engineBox.withLock { $0 = engine }
    let running = Task { try await plane.run() }
    printNow("\(try await plane.boundAddress.port)")
    await edit(engine)
    running.cancel()
  }

  private func inventory() -> MeshInventory {
    let workloads = [("v1", v1), ("v2", v2)].map { version, port in
      Workload(
        id: "bench-\(version)",
        host: Walkthrough.host,
        address: "127.0.0.1",
        port: port,
        workloadVersion: "\(version).0.0",
        labels: [Walkthrough.versionLabel: version]
      )
    }
    return MeshInventory(services: [Walkthrough.service], workloads: workloads)
  }

  /// Reads stdin on a thread of its own, since the read blocks.
  private func edit(_ engine: MeshEngine) async {
    let lines = AsyncStream.makeStream(of: String.self)
    Thread.detachNewThread {
      while let line = readLine() { lines.continuation.yield(line) }
      lines.continuation.finish()
    }
    let rule = RuleAddress(virtualService: Walkthrough.name, index: 0)
    var share = 10
    for await line in lines.stream {
      let burst = Int(line) ?? 1
      let time = MonotonicTime.now()
      for _ in 0..<burst {
        share = share % 89 + 1
        let weights = [Weight(clamping: 100 - share), Weight(clamping: share)]
        _ = try? engine.apply(.setWeights(rule, weights), keyTime: time, author: "bench")
      }
      printNow("\(engine.snapshots?.revision ?? 0) \(time.nanoseconds)")
    }
  }
}
