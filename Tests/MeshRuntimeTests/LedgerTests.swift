import MeshModel
import TestSupport
import Testing
import XDSCore

@testable import MeshRuntime

@Suite("The ledger of a client's sources")
struct LedgerTests {
  /// A client that makes calls and tells of them, and what the ledger lets count of it.
  private struct Client {
    var ledger = CallLedger()
    var dice: SeededGenerator
    /// Milliseconds.
    var now: UInt64 = 1_000
    var made: UInt64 = 0
    var counted: UInt64 = 0
    var toldByEntry: UInt64 = 0
    private(set) var hasAccessLog = false
    private(set) var hasLoadReports = false
    /// Entries that wait to be sent: cluster and end.
    private var entries: [(cluster: String, end: UInt64)] = []
    private var unreported: [String: UInt64] = [:]

    init(seed: UInt64, profile: NodeProfile?) {
      dice = SeededGenerator(seed: seed)
      if let profile { ledger.note(profile) }
    }

    private func time(_ milliseconds: UInt64) -> MonotonicTime {
      MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    private mutating func take(_ outcome: CallLedger.Outcome) {
      counted += outcome.credits.reduce(0) { $0 + $1.calls }
    }

    mutating func setAccessLog(_ isOpen: Bool) {
      guard isOpen != hasAccessLog else { return }
      // What it has is told before its stream ends.
      if !isOpen { sendEntries() }
      hasAccessLog = isOpen
      take(ledger.noteStream(.accessLog, isOpen: isOpen, at: time(now)))
    }

    mutating func setLoadReports(_ isOpen: Bool) {
      guard isOpen != hasLoadReports else { return }
      hasLoadReports = isOpen
      unreported = [:]
      take(ledger.noteStream(.loadReport, isOpen: isOpen, at: time(now)))
    }

    /// Makes up to four calls; `keeps` says whether entries wait for a stream that isn't there.
    mutating func call(keeps: Bool) {
      for _ in 0..<UInt64.random(in: 0...4, using: &dice) {
        made += 1
        let cluster = Bool.random(using: &dice) ? "a" : "b"
        unreported[cluster, default: 0] += 1
        if hasAccessLog || keeps { entries.append((cluster, now)) }
      }
    }

    mutating func sendEntries() {
      guard hasAccessLog else { return }
      for entry in entries {
        var outcome = CallLedger.Outcome()
        let end = time(entry.end)
        toldByEntry += 1
        if ledger.take(
          .accessLog,
          cluster: entry.cluster,
          endedAt: end,
          at: time(now),
          &outcome
        ) {
          counted += 1
        }
        take(outcome)
      }
      entries = []
    }

    mutating func report() {
      guard hasLoadReports else { return }
      let loads = unreported.map { LoadReport.ClusterLoad(cluster: $0, succeeded: $1) }
      unreported = [:]
      let outcome = ledger.take(loads, at: time(now))
      if outcome.counts { counted += loads.reduce(0) { $0 + $1.completed } }
      take(outcome)
    }

    /// Lets time pass in which it calls, sends entries every 250 ms and reports every second.
    mutating func run(milliseconds: UInt64, keeps: Bool) {
      let end = now + milliseconds
      while now < end {
        now += 50
        call(keeps: keeps)
        // A report can come before the entries of the same calls, or after them.
        if now % 1_000 == 450 { report() }
        if now % 250 == 0 { sendEntries() }
      }
    }

    /// Tells all that it has, and lets what was put by settle.
    mutating func finish() {
      setAccessLog(true)
      sendEntries()
      report()
      now += 1_000
      report()
      now += 5_000
      counted += ledger.settle(at: time(now)).reduce(0) { $0 + $1.calls }
    }
  }

  private static let profiles: [NodeProfile?] = [.envoy, .grpc, nil]

  @Test(
    "counts each call once while load reports come, however the access log comes and goes",
    arguments: profiles,
    [true, false]
  )
  func loadReportsStay(_ profile: NodeProfile?, keeps: Bool) {
    for seed in 0..<100 {
      var client = Client(seed: UInt64(seed), profile: profile)
      client.setLoadReports(true)
      for _ in 0..<12 {
        // A stream that is kept waiting for long drops what it had.
        let pause = UInt64.random(in: 1...(keeps ? 90 : 240), using: &client.dice) * 50
        client.setAccessLog(Bool.random(using: &client.dice))
        client.run(milliseconds: pause, keeps: keeps && client.hasAccessLog == false)
      }
      client.finish()
      #expect(client.counted == client.made, "seed \(seed)")
    }
  }

  @Test("counts each call once while the access log stays", arguments: profiles)
  func accessLogStays(_ profile: NodeProfile?) {
    for seed in 0..<100 {
      var client = Client(seed: UInt64(seed), profile: profile)
      client.setAccessLog(true)
      for _ in 0..<12 {
        client.setLoadReports(Bool.random(using: &client.dice))
        let pause = UInt64.random(in: 1...160, using: &client.dice) * 50
        client.run(milliseconds: pause, keeps: false)
      }
      client.finish()
      #expect(client.counted == client.made, "seed \(seed)")
    }
  }

  @Test(
    "counts none twice, and all that entries tell in time, whatever comes and goes",
    arguments: profiles,
    [true, false]
  )
  func allOrders(_ profile: NodeProfile?, keeps: Bool) {
    for seed in 0..<200 {
      var client = Client(seed: UInt64(seed), profile: profile)
      for _ in 0..<20 {
        client.setLoadReports(Bool.random(using: &client.dice))
        client.setAccessLog(Bool.random(using: &client.dice))
        let pause = UInt64.random(in: 1...160, using: &client.dice) * 50
        client.run(milliseconds: pause, keeps: keeps && Bool.random(using: &client.dice))
      }
      client.finish()
      #expect(client.counted <= client.made, "seed \(seed)")
      // What is told seconds later may be of a time that load reports told of.
      if !keeps { #expect(client.counted >= client.toldByEntry, "seed \(seed)") }
    }
  }

  @Test("never lets an Envoy's load reports count before its access log had five seconds")
  func patience() {
    var client = Client(seed: 1, profile: .envoy)
    client.setLoadReports(true)
    client.run(milliseconds: 4_900, keeps: false)
    #expect(client.counted == 0 && client.ledger.source == nil)
    client.run(milliseconds: 2_000, keeps: false)
    #expect(client.ledger.source == .loadReport)
    client.run(milliseconds: 1_000, keeps: false)
    client.finish()
    #expect(client.counted == client.made)
    #expect(client.ledger.source == .accessLog)
  }

  @Test("lets load reports of a gRPC client count at once")
  func gRPC() {
    var client = Client(seed: 1, profile: .grpc)
    client.setLoadReports(true)
    client.run(milliseconds: 2_000, keeps: false)
    #expect(client.ledger.source == .loadReport && client.counted > 0)
  }

  private let second: UInt64 = 1_000_000_000

  @Test("lets a followed log count where nothing else tells of a client")
  func log() {
    var ledger = CallLedger()
    ledger.note(.dubbo)
    func line(at seconds: UInt64) -> Bool {
      var outcome = CallLedger.Outcome()
      let time = MonotonicTime(nanoseconds: seconds * second)
      return ledger.take(.log, cluster: nil, endedAt: time, at: time, &outcome)
    }
    #expect(line(at: 1) && line(at: 2))
    #expect(ledger.source == .log)
    let time = MonotonicTime(nanoseconds: 4 * second)
    let outcome = ledger.take([.init(cluster: "a", succeeded: 2)], at: time)
    // The log told of these; from here on the reports do.
    #expect(!outcome.counts && ledger.source == .loadReport)
    #expect(outcome.notices == [.counts(.loadReport, insteadOf: .log)])
    #expect(line(at: 3) && !line(at: 5))
    let next = MonotonicTime(nanoseconds: 5 * second)
    #expect(ledger.take([.init(cluster: "a", succeeded: 2)], at: next).counts)
  }

  /// Lets both tell of a second's calls, for some seconds; entries may be `late` by a second's worth.
  private func compare(entries: UInt64, reported: UInt64, seconds: UInt64) -> [CallLedger.Notice] {
    var ledger = CallLedger()
    ledger.note(.envoy)
    var notices: [CallLedger.Notice] = []
    for number in 1...seconds {
      let now = MonotonicTime(nanoseconds: number * second)
      for _ in 0..<entries {
        var outcome = CallLedger.Outcome()
        _ = ledger.take(.accessLog, cluster: "a", endedAt: now, at: now, &outcome)
      }
      notices += ledger.take([.init(cluster: "a", succeeded: reported)], at: now).notices
    }
    return notices
  }

  @Test("warns where access log and load reports tell of different numbers of calls")
  func disagreement() {
    #expect(compare(entries: 100, reported: 100, seconds: 60).isEmpty)
    let lost = compare(entries: 80, reported: 100, seconds: 11)
    #expect(lost == [.disagree(accessLog: 800, loadReport: 1_000, seconds: 10)])
    #expect(compare(entries: 100, reported: 85, seconds: 12).count == 1)
    // A loss of one in a hundred shows once it is more than a report's calls.
    #expect(compare(entries: 99, reported: 100, seconds: 90).isEmpty)
    #expect(compare(entries: 99, reported: 100, seconds: 110).count == 1)
  }
}
