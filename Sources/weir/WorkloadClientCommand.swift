import ArgumentParser
import Foundation
import GRPCCore
import GreeterService
import LocalMesh
import Logging
import MeshClient
import MeshModel
import UnixSignals

/// One greeter client, steered by xDS.
struct WorkloadClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Calls api.Greeter at a rate, as xDS steers it, and prints Dubbo-go's log lines.",
    discussion: """
      The xDS server and the client's node come from the bootstrap file that GRPC_XDS_BOOTSTRAP \
      names, or from GRPC_XDS_BOOTSTRAP_CONFIG, as for any proxyless gRPC client.
      """
  )

  @Option(help: "What to call: xds:///HOST:PORT.", transform: WorkloadClientCommand.authority)
  var target: String

  @Option(
    name: .customLong("header"),
    help: ArgumentHelp("A header for every call; may be repeated.", valueName: "name=value"),
    transform: WorkloadClientCommand.headerField
  )
  var headers: [HeaderField] = []

  @Option(parsing: .unconditional, help: "Calls a second, above 0 to 100000.")
  var rate: Double = 1

  @Option(help: "The name of the process in logs.")
  var name = "client"

  @Flag(help: "Print no log lines.")
  var quiet = false

  @Flag(help: "End when stdin ends.")
  var lifeline = false

  @Flag(help: "Print one line of JSON once it runs.")
  var jsonReady = false

  func validate() throws {
    guard rate > 0, rate <= 100_000 else {
      throw ValidationError("--rate is \(rate); want a number above 0 and up to 100000")
    }
  }

  func run() async throws {
    try await reportingErrors {
      if lifeline { try Lifeline.exitWhenParentEnds() }
      let bootstrap = try Bootstrap.load(environment: ProcessInfo.processInfo.environment)
      let transport = try XDSClientTransport(
        authority: target,
        bootstrap: bootstrap,
        reportedHeaders: headers.map(\.name),
        logger: Self.logger(label: name)
      )
      // The signal ends the calls, not the client: it still hands in its last reports.
      let ending = try await withGRPCClient(transport: transport) { client in
        if jsonReady { writeAll(ReadyLine().text + "\n", to: STDOUT_FILENO) }
        let caller = caller(client)
        return try await untilSignalled { await caller.run() }
      }
      // SIGTERM is how a workload is meant to be stopped.
      if case .signalled(let signal) = ending, signal != .sigterm {
        throw ExitStatus.signal(signal.rawValue)
      }
    }
  }

  /// Warnings and worse, such as refused configuration, on stderr.
  private static func logger(label: String) -> Logger {
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    return logger
  }

  private func caller(
    _ client: GRPCClient<XDSClientTransport>
  ) -> GreeterCaller<XDSClientTransport> {
    let log: @Sendable (DubboLogLine) -> Void = { line in
      writeAll("\(line)\n", to: STDOUT_FILENO)
    }
    return GreeterCaller(
      calling: client,
      settings: .init(headers: headers, rate: rate),
      log: quiet ? nil : log
    )
  }

  private static func authority(_ text: String) throws -> String {
    let prefix = "xds:///"
    let authority = String(text.dropFirst(prefix.count))
    guard text.hasPrefix(prefix), ServerAddress(authority) != nil else {
      throw ValidationError("--target is \(text); want xds:///HOST:PORT")
    }
    return authority
  }

  private static func headerField(_ text: String) throws -> HeaderField {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw ValidationError("--header is \(text); want NAME=VALUE")
    }
    let name = text[..<equals].lowercased()
    let isToken = name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 95
        || byte == 46
    }
    guard isToken, !name.hasPrefix("grpc-") else {
      throw ValidationError(
        "--header is \(text); want a name of letters, digits, '-', '_' and '.', not of grpc- itself"
      )
    }
    return HeaderField(name: name, value: String(text[text.index(after: equals)...]))
  }
}
