import SwiftProtobuf
import TestSupport
import Testing
import XDSCore
import XDSProtos
import XDSWire

@Suite("Hostile bytes")
struct HostileBytesTests {
  @Test(
    "never trap the decoder, whatever becomes of them",
    arguments: [
      Resource.listener(greeterListener), .cluster(greeterCluster), .endpoints(greeterEndpoints),
      .routeConfiguration(greeterRoutes),
    ]
  )
  func spoiled(resource: Resource) throws {
    let good = try bytes(of: resource)
    var dice = SeededGenerator(seed: 1)
    var readable = 0
    var refused = 0
    for _ in 1...4000 {
      var bytes = good
      for _ in 0...Int.random(in: 0...2, using: &dice) {
        let index = Int.random(in: bytes.indices, using: &dice)
        switch Int.random(in: 0...2, using: &dice) {
        case 0: bytes[index] = .random(in: 0...255, using: &dice)
        case 1: bytes.remove(at: index)
        default: bytes.insert(.random(in: 0...255, using: &dice), at: index)
        }
      }
      guard let message = try? Envoy_Service_Discovery_V3_DiscoveryResponse(serializedBytes: bytes)
      else { continue }
      readable += 1
      for case .failure in DiscoveryResponse(decoding: message).resources { refused += 1 }
    }
    // Else it would not have come far.
    #expect(readable > 500)
    #expect(refused > 100)
  }
}
