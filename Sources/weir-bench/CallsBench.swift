import ArgumentParser
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Logging
import MeshClient
import MeshModel
import SwiftProtobuf
import SystemClock
import XDSProtos

/// Calls a second through the steered transport beside the same stub on the plain one.
struct CallsBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calls",
    abstract: "Calls through the xDS transport against the plain HTTP/2 transport, one server."
  )

  @Option(help: "Seconds of calls a measurement.")
  var seconds = 2.0

  @Option(help: "Measurements of each, taken in turn.")
  var rounds = 5

  func run() async throws {
    let server = try ChildProcess(
      ChildProcess.sibling("weir"),
      [
        "workload", "server", "--version", "v1.0.0", "--port", "21500", "--port-search",
        "--json-ready",
      ]
    )
    defer { server.end() }
    guard let port = readyPort(server.readLine()) else {
      throw BenchError("the workload did not start")
    }
    let plane = try ChildProcess(
      ChildProcess.sibling("weir-bench"),
      ["control-plane", "--v1", "\(port)", "--v2", "\(port)"]
    )
    defer { plane.end() }
    guard let xdsPort = plane.readLine()?.split(separator: " ").first.flatMap({ UInt16($0) }) else {
      throw BenchError("the control plane did not start")
    }
    try await compare(port: port, xdsPort: xdsPort)
  }

  private func readyPort(_ line: String?) -> Int? {
    let object = try? JSONSerialization.jsonObject(with: Data((line ?? "").utf8)) as? [String: Any]
    return (object?["ready"] as? [String: Any])?["port"] as? Int
  }

  private func compare(port: Int, xdsPort: UInt16) async throws {
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let plain = try HTTP2ClientTransport.Posix(
      target: .ipv4(address: "127.0.0.1", port: port),
      transportSecurity: .plaintext
    )
    let bootstrap = Bootstrap(
      server: ServerAddress(host: "127.0.0.1", port: xdsPort),
      nodeID: "sidecar~127.0.0.1~bench.default~default.svc.cluster.local"
    )
    let steered = try Self.transport(bootstrap, logger: logger)
    // Holds one record; all others are dropped at once, and cost the server's side nothing.
    let unreported = try Self.transport(bootstrap, reportCapacity: 1, logger: logger)
    let table = Table(
      title: """
        Calls a second, one server, this process calling; median of \(rounds) rounds. Counting the \
        reported calls takes its part of the same cores.
        """,
      columns: [
        ("in flight", 10), ("plain", 9), ("xds", 9), ("xds/plain", 10), ("unreported", 11),
        ("/plain", 7),
      ]
    )
    try await withGRPCClient(transport: plain) { plainClient in
      try await withGRPCClient(transport: steered) { steeredClient in
        try await withGRPCClient(transport: unreported) { unreportedClient in
          for inFlight in [1, 16, 64] {
            var rates: [(plain: Double, xds: Double, unreported: Double)] = []
            for _ in 0..<rounds {
              rates.append(
                (
                  try await rate(Api_Greeter.Client(wrapping: plainClient), inFlight),
                  try await rate(Api_Greeter.Client(wrapping: steeredClient), inFlight),
                  try await rate(Api_Greeter.Client(wrapping: unreportedClient), inFlight)
                )
              )
            }
            table.row([
              "\(inFlight)",
              format(rates.map(\.plain).sorted().quantile(0.5), 0),
              format(rates.map(\.xds).sorted().quantile(0.5), 0),
              format(rates.map { $0.xds / $0.plain }.sorted().quantile(0.5), 2),
              format(rates.map(\.unreported).sorted().quantile(0.5), 0),
              format(rates.map { $0.unreported / $0.plain }.sorted().quantile(0.5), 2),
            ])
          }
        }
      }
    }
  }

  private static func transport(
    _ bootstrap: Bootstrap,
    reportCapacity: Int = XDSClientTransport.defaultReportCapacity,
    logger: Logger
  ) throws -> XDSClientTransport {
    try XDSClientTransport(
      authority: "\(Walkthrough.host):\(Walkthrough.port)",
      bootstrap: bootstrap,
      reportCapacity: reportCapacity,
      logger: logger
    )
  }

  /// Calls a second with so many in flight.
  private func rate(
    _ client: Api_Greeter.Client<some ClientTransport>,
    _ inFlight: Int
  ) async throws -> Double {
    let begun = MonotonicTime.now()
    let end = begun.advanced(byNanoseconds: UInt64(seconds * 1e9))
    let calls = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<inFlight {
        group.addTask {
          var calls = 0
          while MonotonicTime.now() < end {
            _ = try await client.sayHello(.with { $0.name = "bench" })
            calls += 1
          }
          return calls
        }
      }
      return try await group.reduce(0, +)
    }
    return Double(calls) / (Double(MonotonicTime.now().nanoseconds(since: begun)) / 1e9)
  }
}
