import Foundation
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos
import XDSWire

@Suite("Delta messages over the wire")
struct DeltaWireTests {
  private typealias RequestMessage = Envoy_Service_Discovery_V3_DeltaDiscoveryRequest
  private typealias ResponseMessage = Envoy_Service_Discovery_V3_DeltaDiscoveryResponse

  @Test("a request comes back as it went")
  func request() throws {
    let requests = [
      DeltaDiscoveryRequest(typeURL: ResourceType.cluster.typeURL),
      DeltaDiscoveryRequest(
        typeURL: ResourceType.endpoints.typeURL,
        node: Node(id: "n", cluster: "c"),
        subscribe: ["a", "*"],
        unsubscribe: ["b"],
        initialVersions: ["a": "1", "c": ""],
        responseNonce: "x",
        errorDetail: "no"
      ),
    ]
    for request in requests {
      let bytes: [UInt8] = try RequestMessage(request).serializedBytes()
      #expect(DeltaDiscoveryRequest(try RequestMessage(serializedBytes: bytes)) == request)
    }
  }

  @Test("a NACK without words still is one")
  func silentNack() {
    var message = RequestMessage()
    message.errorDetail.code = 13
    #expect(DeltaDiscoveryRequest(message).errorDetail?.contains("13") == true)
  }

  private func response() throws -> ResponseMessage {
    let resources = [Resource.cluster(greeterCluster), .cluster(Cluster(name: "b"))].map {
      DeltaResource(name: $0.name, version: "v-\($0.name)", resource: $0)
    }
    let bytes: [UInt8] = try encodeDeltaResponse(
      profile: .grpc,
      type: .cluster,
      systemVersion: "b1-7",
      nonce: "n",
      resources: resources,
      removed: ["gone"]
    )
    return try ResponseMessage(serializedBytes: bytes)
  }

  @Test("a response is read as it was written")
  func readsResponse() throws {
    let read = DeltaDiscoveryResponse(decoding: try response())
    #expect(read.typeURL == ResourceType.cluster.typeURL)
    #expect(read.systemVersion == "b1-7")
    #expect(read.nonce == "n")
    #expect(read.removed == ["gone"])
    #expect(read.resources.map(\.name) == [greeterCluster.name, "b"])
    #expect(read.resources.map(\.version) == ["v-\(greeterCluster.name)", "v-b"])
    #expect(read.resources.map(\.resource)[1] == .success(.cluster(Cluster(name: "b"))))
  }

  @Test("a resource that is wrong, or under another's name, says why; the others stay usable")
  func badItems() throws {
    var message = try response()
    message.resources[0].name = "other"
    message.resources.append(message.resources[1])
    message.resources[2].resource.value = Data([0xff])
    let read = DeltaDiscoveryResponse(decoding: message)
    guard case .failure(let renamed) = read.resources[0].resource,
      case .failure(let garbage) = read.resources[2].resource
    else {
      Issue.record("\(read)")
      return
    }
    #expect(renamed.name == "other")
    #expect(renamed.reason.contains("want other"))
    #expect(garbage.reason.contains("readable"))
    #expect(read.resources[1].resource == .success(.cluster(Cluster(name: "b"))))
  }

  @Test("equal content is equal bytes", arguments: NodeProfile.allCases)
  func deterministic(_ profile: NodeProfile) throws {
    func bytes() throws -> [UInt8] {
      try encodeDeltaResponse(
        profile: profile,
        type: .listener,
        systemVersion: "1",
        nonce: "n",
        resources: [
          DeltaResource(name: "l", version: "1", resource: .listener(greeterListener))
        ],
        removed: []
      )
    }
    let first = try bytes()
    for _ in 1...10 { #expect(try bytes() == first) }
  }
}
