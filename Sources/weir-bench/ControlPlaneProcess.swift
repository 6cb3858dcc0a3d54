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
/// Prints its xDS port and the port of its ``EditTrigger``. Then for each line on stdin (a number) it
/// makes so many weight edits, and prints the revision, the moment of the first (nanoseconds of
/// CLOCK_MONOTONIC) and the microseconds that accepting them took. Ends with stdin.
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

  @Option(help: "Services; the first one is edited.")
  var services = 1

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
      rules: rules(),
      title: "start",
      inventory: inventory(),
      clock: .init(wall: { .now() }, monotonic: { .now() }),
      publish: { plane.publish($0) }
    )
    engineBox.withLock { $0 = engine }
    let running = Task { try await plane.run() }
    let trigger = try await EditTrigger.listen { v1, v2 in
      Self.set([Weight(clamping: Int(v1)), Weight(clamping: Int(v2))], on: engine, at: .now())
    }
    printNow("\(try await plane.boundAddress.port) \(trigger)")
    await edit(engine)
    running.cancel()
  }

  /// The service's own name, then that with `-1`, `-2` and so on, in namespace `default`.
  static func serviceName(_ index: Int) -> String {
    index == 0 ? Walkthrough.name.name : "\(Walkthrough.name.name)-\(index)"
  }

  private func rules() -> MeshRules {
    var rules = MeshRules()
    for index in 0..<services {
      let name = ResourceName(name: Self.serviceName(index))
      for var virtualService in Walkthrough.start.virtualServices {
        virtualService.name = name
        virtualService.hosts = [name.name]
        for rule in virtualService.http.indices {
          for place in virtualService.http[rule].destinations.indices {
            virtualService.http[rule].destinations[place].host = name.name
          }
        }
        rules.virtualServices.append(virtualService)
      }
      for var destinationRule in Walkthrough.start.destinationRules {
        destinationRule.name = name
        destinationRule.host = name.name
        rules.destinationRules.append(destinationRule)
      }
    }
    return rules
  }

  private func inventory() -> MeshInventory {
    var inventory = MeshInventory()
    for index in 0..<services {
      let host = HostName(Self.serviceName(index), inNamespace: "default")
      inventory.services.append(MeshService(host: host, ports: Walkthrough.service.ports))
      for (version, port) in [("v1", v1), ("v2", v2)] {
        inventory.workloads.append(
          Workload(
            id: "\(Self.serviceName(index))-\(version)",
            host: host,
            address: "127.0.0.1",
            port: port,
            workloadVersion: "\(version).0.0",
            labels: [Walkthrough.versionLabel: version]
          )
        )
      }
    }
    return inventory
  }

  /// Reads stdin on a thread of its own, since the read blocks.
  private func edit(_ engine: MeshEngine) async {
    let lines = AsyncStream.makeStream(of: String.self)
    Thread.detachNewThread {
      while let line = readLine() { lines.continuation.yield(line) }
      lines.continuation.finish()
    }
    var share = 10
    for await line in lines.stream {
      let burst = Int(line) ?? 1
      let time = MonotonicTime.now()
      for _ in 0..<burst {
        share = share % 89 + 1
        Self.set([Weight(clamping: 100 - share), Weight(clamping: share)], on: engine, at: time)
      }
      let micros = MonotonicTime.now().nanoseconds(since: time) / 1_000
      printNow("\(engine.snapshots?.revision ?? 0) \(time.nanoseconds) \(micros)")
    }
  }

  private static func set(_ weights: [Weight], on engine: MeshEngine, at time: MonotonicTime) {
    let rule = RuleAddress(virtualService: Walkthrough.name, index: 0)
    _ = try? engine.apply(.setWeights(rule, weights), keyTime: time, author: "bench")
  }
}
