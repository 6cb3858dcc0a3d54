import Logging
import MeshClient
import MeshModel
import Synchronization
import Testing
import XDSCore

@Suite("ADSLoadClient", .timeLimit(.minutes(1)))
struct ADSLoadClientTests {
  @Test("tells each version that it saw and acknowledges all four types, on every one of many")
  func receipts() async throws {
    let controlPlane = ScriptedControlPlane()
    let server = try await TestServer(controlPlane.services)
    let endpoints = ["v1": [Endpoint(address: "127.0.0.1", port: 1)]]
    let resources = TestMesh.resources(routes: [.all(to: "v1")], endpoints: endpoints)
    controlPlane.publish("1", resources)
    let receipts = Mutex<[Int: [ADSLoadClient.Receipt]]>([:])

    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        let client = ADSLoadClient(
          server: server.address,
          nodeID: "load-\(number)",
          listener: TestMesh.authority,
          seed: UInt64(number),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { receipt in
          receipts.withLock { $0[number, default: []].append(receipt) }
        }
        group.addTask { try await client.run() }
      }
      @Sendable func haveSeen(_ version: String, _ type: ResourceType) -> Int {
        receipts.withLock { receipts in
          receipts.values.count { $0.contains { $0.version == version && $0.type == type } }
        }
      }
      try await eventually("all have endpoints") { haveSeen("1", .endpoints) == 20 }
      let published = MonotonicTime.zero
      controlPlane.publish("2", resources)
      try await eventually("all have the new routes") { haveSeen("2", .routeConfiguration) == 20 }
      #expect(receipts.withLock { $0.values.joined().allSatisfy { $0.time > published } })
      try await eventually("all have acknowledged all") {
        let acks = controlPlane.state.withLock(\.acks)
        return ResourceType.allCases.allSatisfy { type in
          acks.count { $0 == "\(type.shortName) 2" } >= 20
        }
      }
      #expect(controlPlane.nacks.isEmpty)
      group.cancelAll()
      _ = await group.nextResult()
    }
    await server.kill()
  }
}
