import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos
import XDSWire

@Suite("Discovery requests over the wire")
struct DiscoveryRequestTests {
  private let node = Node(
    id: "sidecar~10.0.0.9~client-1.default~default.svc.cluster.local",
    cluster: "clients",
    userAgentName: "weir",
    userAgentVersion: "1.0",
    clientFeatures: ["envoy.lb.does_not_support_overprovisioning"],
    metadata: ["GENERATOR": "grpc", "NAMESPACE": "default"],
    labels: ["app": "greeter-client"]
  )

  @Test("come back as they went")
  func roundTrip() throws {
    let requests = [
      DiscoveryRequest(typeURL: ResourceType.listener.typeURL),
      DiscoveryRequest(
        typeURL: ResourceType.cluster.typeURL,
        versionInfo: "b1-7",
        node: node,
        resourceNames: ["a", "b"],
        responseNonce: "n",
        errorDetail: "no"
      ),
      DiscoveryRequest(typeURL: "t", node: Node(id: ""), resourceNames: [""], errorDetail: "x"),
    ]
    for request in requests {
      let message = Envoy_Service_Discovery_V3_DiscoveryRequest(request)
      let bytes: [UInt8] = try message.serializedBytes()
      #expect(DiscoveryRequest(try .init(serializedBytes: bytes)) == request)
    }
  }

  @Test("name INVALID_ARGUMENT as the code of a NACK")
  func nackCode() {
    let request = DiscoveryRequest(typeURL: "t", errorDetail: "no")
    #expect(Envoy_Service_Discovery_V3_DiscoveryRequest(request).errorDetail.code == 3)
  }

  @Test("are a NACK even without a message")
  func emptyErrorDetail() {
    var message = Envoy_Service_Discovery_V3_DiscoveryRequest()
    message.errorDetail.code = 13
    #expect(DiscoveryRequest(message).errorDetail == "status code 13, without a message")
  }

  @Test("keep of the metadata the texts, and of a build version the numbers")
  func foreignNode() {
    var message = Envoy_Config_Core_V3_Node()
    message.metadata.fields = [
      "GENERATOR": "grpc", "PORT": 5, "ON": true, "LABELS": "not a struct",
    ]
    message.userAgentBuildVersion.version.majorNumber = 1
    message.userAgentBuildVersion.version.minorNumber = 40
    let node = Node(message)
    #expect(node.metadata == ["GENERATOR": "grpc", "LABELS": "not a struct"])
    #expect(node.labels == [:])
    #expect(node.userAgentVersion == "1.40.0")
  }
}
