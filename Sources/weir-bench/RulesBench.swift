import ArgumentParser
import Console
import ControlPlane
import Logging
import MeshModel
import MeshPicture
import MeshRuntime
import RuleFiles
import SwiftProtobuf
import Synchronization
import SystemClock
import TerminalUI
import XDSCore
import XDSProtos
import XDSWire

/// What a VirtualService with thousands of rules costs, from its file to a client and the screen.
struct RulesBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "One VirtualService with thousands of rules: read, checked, pushed, explained, shown."
  )

  @Option(help: "Rules of the VirtualService.")
  var rules = 10_000

  @Option(help: "Calls explained, and pictures made.")
  var rounds = 300

  func run() async throws {
    let table = Table(
      title: "\(rules) rules in one VirtualService; the reference is the budget of issue 4",
      columns: [("what", 52), ("each", 12), ("reference", 12), ("ratio", 7)]
    )
    let report = Report(table: table)
    let objects = try read(report)
    let box = Mutex<MeshEngine?>(nil)
    let plane = ControlPlane(
      configuration: .init(port: 0),
      onEvent: { event in box.withLock { $0 }?.record(event) },
      onCalls: { calls, dropped in box.withLock { $0 }?.record(calls: calls, dropped: dropped) },
      clock: { .now() },
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    )
    let engine = try EngineBench.engine { plane.publish($0) }
    box.withLock { $0 = engine }
    let running = Task { try await plane.run() }
    defer { running.cancel() }
    try await push(objects, engine, port: UInt16(try await plane.boundAddress.port), report)
    try translate(engine, report)
    try await explain(engine, report)
    frames(engine, report)
  }

  // MARK: Files

  private func read(_ report: Report) throws -> [MeshObject] {
    var virtualService = Walkthrough.start.virtualServices[0]
    let rest = virtualService.http[0]
    virtualService.http =
      (1..<rules).map { number in
        var rule = rest
        let user = HeaderMatch(name: "user", match: .exact("user-\(number)"))
        rule.matches = [HTTPMatch(uri: .prefix("/api.Greeter/"), headers: [user])]
        return rule
      } + [rest]
    let text = RuleWriter.yaml([.virtualService(virtualService)])
    let begun = MonotonicTime.now()
    let file = RuleFileReader.read(text: text, file: "bench.yaml")
    report.row("read the YAML, \(text.utf8.count / 1_024) KiB", begun.elapsed, budget: nil)
    guard file.findings.isEmpty else {
      throw BenchError("the bench's own YAML is refused: \(file.findings[0])")
    }
    return file.documents.map(\.object)
  }

  // MARK: The control plane

  /// Applies the rules while one client is connected, then edits one of them.
  private func push(
    _ objects: [MeshObject],
    _ engine: MeshEngine,
    port: UInt16,
    _ report: Report
  ) async throws {
    let authority = "\(Walkthrough.host):\(Walkthrough.port)"
    let crowd = Crowd(count: 1, port: port, listeners: [authority])
    try await crowd.with {
      await crowd.isReady()
      let change = RuleChange(.edit(.applyObjects(objects)), cause: "bench")
      var begun = MonotonicTime.now()
      _ = try engine.check(change)
      report.row("check them", begun.elapsed, budget: nil)
      begun = .now()
      _ = try engine.change(change)
      try await held(by: crowd, engine, since: begun)
      report.row("apply, validate and push to one client", begun.elapsed, budget: 1_000)
      var edits: [Double] = []
      for _ in 0..<10 {
        begun = .now()
        let rule = RuleAddress(virtualService: Walkthrough.name, index: rules / 2)
        let edit = RuleEdit.shiftWeight(rule, destination: 1, amount: 1)
        _ = try engine.apply(edit, keyTime: begun, author: "bench")
        try await held(by: crowd, engine, since: begun)
        edits.append(begun.elapsed)
      }
      report.row("shift one weight, until the client has it, p50", edits.median, budget: 1_000)
    }
  }

  private func held(
    by crowd: Crowd,
    _ engine: MeshEngine,
    since time: MonotonicTime
  ) async throws {
    guard let revision = engine.snapshots?.revision else { throw BenchError("nothing published") }
    await crowd.holds(revision: revision, editedAt: time)
  }

  private func translate(_ engine: MeshEngine, _ report: Report) throws {
    let mesh = Mesh(rules: engine.rules, inventory: engine.inventory)
    var begun = MonotonicTime.now()
    let set = SnapshotSet(mesh: mesh, boot: "other", revision: 1, previous: nil)
    report.row("snapshots for three profiles, from nothing", begun.elapsed, budget: nil)
    begun = .now()
    var bytes = 0
    for profile in NodeProfile.allCases {
      for type in ResourceType.allCases {
        for entry in set[profile].allResources(of: type) {
          bytes += try Google_Protobuf_Any(resource: entry.resource, profile: profile).value.count
        }
      }
    }
    report.row("encode them, \(bytes / 1_024) KiB", begun.elapsed, budget: nil)
  }

  // MARK: People

  private func explain(_ engine: MeshEngine, _ report: Report) async throws {
    let request = ExplainRequest(
      authority: "\(Walkthrough.host):\(Walkthrough.port)",
      path: "/api.Greeter/SayHello"
    )
    var times: [Double] = []
    for _ in 0..<rounds {
      let begun = MonotonicTime.now()
      let answer = try await engine.explain(request)
      times.append(begun.elapsed)
      guard answer.rule == rules else { throw BenchError("rule \(answer.rule ?? 0) took the call") }
    }
    times.sort()
    report.row("explain a call of the last rule, p50", times.quantile(0.5), budget: 1)
    report.row("explain a call of the last rule, p99", times.quantile(0.99), budget: nil)
  }

  private func frames(_ engine: MeshEngine, _ report: Report) {
    guard let version = engine.snapshots?[.grpc].version(of: .routeConfiguration) else { return }
    let calls = EngineBench.records(100, version: version.description)
    var model = ConsoleModel(
      size: Size(columns: 120, rows: 40),
      capabilities: TerminalCapabilities(colors: 256, isUnicode: true)
    )
    var pictures: [Double] = []
    var frames: [Double] = []
    for _ in 0..<rounds {
      engine.record(calls: calls, dropped: 0)
      let begun = MonotonicTime.now()
      let picture = engine.picture()
      pictures.append(begun.elapsed)
      _ = model.update(.picture(picture))
      _ = view(model)
      frames.append(begun.elapsed)
    }
    report.row("picture after 100 calls, p50", pictures.median, budget: nil)
    // 30 frames a second in a third of a core.
    report.row("picture and frame, 120x40, p50", frames.median, budget: 11)
  }
}

/// Rows of milliseconds.
private struct Report {
  let table: Table

  func row(_ what: String, _ milliseconds: Double, budget: Double?) {
    let digits = milliseconds < 10 ? 3 : 1
    table.row([
      what, "\(format(milliseconds, digits)) ms", budget.map { "\(format($0, 0)) ms" } ?? "",
      budget.map { format($0 / max(milliseconds, 0.001), 1) } ?? "",
    ])
  }
}

extension MonotonicTime {
  /// Milliseconds since.
  fileprivate var elapsed: Double { Double(MonotonicTime.now().nanoseconds(since: self)) / 1e6 }
}

extension [Double] {
  fileprivate var median: Double { sorted().quantile(0.5) }
}
