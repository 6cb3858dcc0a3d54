import ArgumentParser
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import MeshModel
import Synchronization
import XDSCore
import XDSProtos
import XDSWire

/// What the console costs while it runs: CPU of its process, bytes written to the terminal.
struct ConsoleBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract:
      "The console at 40 calls a second of the local mesh, and at 10,000 a second fed to it."
  )

  @Option(help: "Seconds of a measurement.")
  var seconds = 10.0

  func run() async throws {
    let table = Table(
      title:
        "The console at 120x40 on a pseudo terminal; CPU of the console's process, one core = 100 %",
      columns: [("load", 36), ("CPU %", 8), ("bytes/s", 10), ("calls/s", 13)]
    )
    try await measure("local mesh, 2 clients, 40 calls/s", fed: 0, table)
    try await measure("fed through ALS, 10,000 calls/s", fed: 10_000, table)
  }

  private func measure(_ what: String, fed rate: Int, _ table: Table) async throws {
    let port = UInt16.random(in: 21_600..<21_900)
    let screen = try PseudoTerminal(columns: 120, rows: 40)
    let console = try screen.run(
      ChildProcess.sibling("weir"),
      ["--listen", "127.0.0.1:\(port)"]
    )
    defer { screen.end(console) }
    try await Task.sleep(for: .seconds(3))
    let feedError = Mutex<String?>(nil)
    let feeder = Task {
      guard rate > 0 else { return }
      do {
        try await feed(rate, port: port)
      } catch {
        if !Task.isCancelled { feedError.withLock { $0 = "\(error)" } }
      }
    }
    defer { feeder.cancel() }
    try await Task.sleep(for: .seconds(2))
    let before = ProcessUsage(processID: console.processIdentifier)
    let bytesBefore = screen.bytesRead
    try await Task.sleep(for: .seconds(seconds))
    let after = ProcessUsage(processID: console.processIdentifier)
    let bytes = Double(screen.bytesRead - bytesBefore) / seconds
    if let reason = feedError.withLock({ $0 }) { throw BenchError("the feeder ended: \(reason)") }
    let cpu = ((after?.cpuMicroseconds ?? 0) - (before?.cpuMicroseconds ?? 0)) / seconds / 1e4
    table.row([what, format(cpu), format(bytes, 0), rate > 0 ? "\(rate + 40)" : "40"])
  }

  /// Sends made-up call records through ALS, as a client with that many calls would.
  private func feed(_ rate: Int, port: UInt16) async throws {
    let transport = try HTTP2ClientTransport.Posix(
      target: .ipv4(address: "127.0.0.1", port: Int(port)),
      transportSecurity: .plaintext
    )
    let node = Node(id: "sidecar~127.0.0.1~fed.default~default.svc.cluster.local")
    let perBatch = rate / 100
    try await withGRPCClient(transport: transport) { client in
      let stub = Envoy_Service_Accesslog_V3_AccessLogService.Client(wrapping: client)
      _ = try await stub.streamAccessLogs(
        request: StreamingClientRequest { writer in
          var isFirst = true
          var next = ContinuousClock.now
          while !Task.isCancelled {
            let records = EngineBench.records(perBatch, version: "")
            let message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage(
              CallReport(calls: records),
              node: isFirst ? node : nil
            )
            isFirst = false
            try await writer.write(message)
            next += .milliseconds(10)
            try await Task.sleep(until: next, clock: .continuous)
          }
        }
      )
    }
  }
}
