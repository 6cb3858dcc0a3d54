import ArgumentParser
import LocalMesh

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One greeter server.
struct WorkloadServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "Serves api.Greeter, gRPC health and reflection."
  )

  @Option(name: .customLong("version"), help: "The version it answers with, such as v1.0.0.")
  var workloadVersion: String

  @Option(help: "The IP address to listen on.")
  var address = "127.0.0.1"

  @Option(help: "The port to listen on.")
  var port: UInt16 = 20_000

  @Flag(help: "Take the first free port from --port upward.")
  var portSearch = false

  @Flag(help: "End when stdin ends.")
  var lifeline = false

  @Flag(help: "Print one line of JSON once it can be called.")
  var jsonReady = false

  func run() async throws {
    try await reportingErrors {
      if lifeline { try Lifeline.exitWhenParentEnds() }
      let server = WorkloadServer(version: workloadVersion, address: address)
      let ports = port...(portSearch ? .max : port)
      try await server.run(ports: ports) { port in
        if jsonReady {
          writeAll(ReadyLine(address: address, port: port).text + "\n", to: STDOUT_FILENO)
        } else {
          printMessage("\(workloadVersion) serves api.Greeter on \(address):\(port)")
        }
      }
    }
  }
}
