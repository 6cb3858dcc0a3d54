import ArgumentParser
import Console
import MeshModel
import MeshRuntime
import SystemClock
import TerminalUI
import TrafficEngine
import XDSCore

/// What routing, counting and drawing cost by themselves, on one core.
struct EngineBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine",
    abstract:
      "Routing a call, counting a call, drawing a frame: in this process, without a network."
  )

  func run() async throws {
    let table = Table(
      title: "In process, one core; the reference is the budget that docs/architecture.md states",
      columns: [("what", 44), ("each", 12), ("reference", 12), ("ratio", 7)]
    )
    let engine = try Self.engine()
    guard let set = engine.snapshots else { return }
    route(set[.grpc], table)
    count(engine, table)
    frame(engine, table)
  }

  static func engine(
    publish: @escaping @Sendable (SnapshotSet) -> Void = { _ in }
  ) throws -> MeshEngine {
    let workloads = ["v1", "v2"].enumerated().map { index, version in
      Workload(
        id: "bench-\(version)",
        host: Walkthrough.host,
        address: "127.0.0.1",
        port: 20_000 + UInt16(index),
        workloadVersion: "\(version).0.0",
        labels: [Walkthrough.versionLabel: version]
      )
    }
    return try MeshEngine(
      meshName: "bench",
      boot: "bench",
      rules: Walkthrough.start,
      title: "start",
      inventory: MeshInventory(services: [Walkthrough.service], workloads: workloads),
      clock: .init(wall: { .now() }, monotonic: { .now() }),
      publish: publish
    )
  }

  /// Call records as two clients at 90/10 would report them.
  static func records(_ count: Int, version: String) -> [CallRecord] {
    (0..<count).map { index in
      let isV2 = index % 10 == 9
      let subset = isV2 ? "v2" : "v1"
      return CallRecord(
        time: Timestamp.now(),
        nodeID: "sidecar~127.0.0.1~client-\(index % 2).default~default.svc.cluster.local",
        authority: "\(Walkthrough.host):\(Walkthrough.port)",
        path: "/api.Greeter/SayHello",
        headers: index % 2 == 0 ? [HeaderField(name: "user", value: "admin")] : [],
        routeName: "rule-1",
        configVersion: version,
        cluster: "outbound|20000|\(subset)|\(Walkthrough.host)",
        endpoint: isV2 ? "127.0.0.1:20001" : "127.0.0.1:20000",
        workloadVersion: "\(subset).0.0",
        latencyMicroseconds: 900 + UInt64(index % 300)
      )
    }
  }

  private func route(_ snapshot: Snapshot, _ table: Table) {
    let name = "outbound|20000||\(Walkthrough.host)"
    guard
      case .routeConfiguration(let configuration) = snapshot.resource(
        .routeConfiguration,
        named: name
      )
    else { return }
    let routes = RouteTable(configuration, authority: "\(Walkthrough.host):\(Walkthrough.port)")
    var dice = SplitMix64(seed: 1)
    var picked = 0
    let rounds = 2_000_000
    let each = nanoseconds(rounds) {
      for _ in 0..<rounds {
        if case .cluster(let pick) = routes.decide(
          path: "/api.Greeter/SayHello",
          headers: HeaderFields([]),
          using: &dice
        ) {
          picked &+= pick.clusterIndex
        }
      }
    }
    row(table, "route a call (weighted pick)\(picked < 0 ? "!" : "")", each, "ns", 500)
  }

  private func count(_ engine: MeshEngine, _ table: Table) {
    guard let version = engine.snapshots?[.grpc].version(of: .routeConfiguration) else { return }
    let batch = Self.records(100, version: version.description)
    let rounds = 5_000
    let each = nanoseconds(rounds * batch.count) {
      for _ in 0..<rounds { engine.record(calls: batch, dropped: 0) }
    }
    row(table, "count and log a call", each, "ns", 2_000)
  }

  private func frame(_ engine: MeshEngine, _ table: Table) {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
      var model = ConsoleModel(
        size: Size(columns: columns, rows: rows),
        capabilities: TerminalCapabilities(colors: 256, isUnicode: true)
      )
      let rounds = 300
      let each = nanoseconds(rounds) {
        for _ in 0..<rounds {
          _ = model.update(.picture(engine.picture()))
          _ = view(model)
        }
      }
      row(table, "picture and frame, \(columns)x\(rows)", each / 1000, "us", 1_000)
    }
  }

  private func nanoseconds(_ count: Int, _ body: () -> Void) -> Double {
    let begun = MonotonicTime.now()
    body()
    return Double(MonotonicTime.now().nanoseconds(since: begun)) / Double(count)
  }

  private func row(_ table: Table, _ what: String, _ each: Double, _ unit: String, _ budget: Double)
  {
    table.row([
      what, "\(format(each, 0)) \(unit)", "\(format(budget, 0)) \(unit)", format(budget / each, 1),
    ])
  }
}
