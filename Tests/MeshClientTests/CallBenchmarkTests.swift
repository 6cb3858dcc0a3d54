import GRPCNIOTransportHTTP2Posix
import MeshClient
import Testing
import XDSCore

@Suite("CallBenchmark", .timeLimit(.minutes(1)))
struct CallBenchmarkTests {
  @Test("makes every call, over the plain transport and over xDS")
  func rates() async throws {
    let mesh = try await TestMesh()
    mesh.publish("1", routes: [.user("admin", to: "v2"), .all(to: "v1")])
    let benchmark = CallBenchmark(calls: benchmarkCalls, inFlight: 8)
    let plain = try await benchmark.run(
      over: HTTP2ClientTransport.Posix(
        target: mesh.server1.address.target,
        transportSecurity: .plaintext
      )
    )
    let steered = try await benchmark.run(over: mesh.transport)
    print(
      "calls/s plain \(Int(plain.callsPerSecond)), xDS \(Int(steered.callsPerSecond)),",
      "p50 \(plain.medianLatency) and \(steered.medianLatency) us"
    )
    #expect(plain.calls == benchmarkCalls)
    #expect(steered.calls == benchmarkCalls)
    #expect(mesh.v1.calls == 2 * (benchmarkCalls + benchmarkCalls / 10))
    await mesh.stopServers()
  }
}

private let benchmarkCalls = 200
