import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf
import XDSCore
import XDSProtos
import XDSWire

/// A delta stream driven by hand: nothing is answered unless the test says so.
final class DeltaTestClient: Sendable {
  typealias Response = Envoy_Service_Discovery_V3_DeltaDiscoveryResponse
  private typealias Request = Envoy_Service_Discovery_V3_DeltaDiscoveryRequest

  let node: Node
  let responses = Recorder<Response>()
  /// How the stream ended; nil where the status was OK.
  let ends = Recorder<RPCError?>()
  private let requests: AsyncStream<Request>
  private let sender: AsyncStream<Request>.Continuation

  init(_ id: String) {
    node = Node(id: id, userAgentName: "envoy")
    (requests, sender) = AsyncStream.makeStream()
  }

  func subscribe(_ type: ResourceType, _ names: [String] = []) {
    sender.yield(
      Request(DeltaDiscoveryRequest(typeURL: type.typeURL, node: node, subscribe: names))
    )
  }

  func answer(_ response: Response, refusal: String? = nil) {
    sender.yield(
      Request(
        DeltaDiscoveryRequest(
          typeURL: response.typeURL,
          responseNonce: response.nonce,
          errorDetail: refusal
        )
      )
    )
  }

  /// Holds the stream open on a client's connection until it ends or the task is cancelled.
  func run(
    on client: GRPCClient<HTTP2ClientTransport.Posix>,
    method: MethodDescriptor = Envoy_Service_Discovery_V3_AggregatedDiscoveryService.Method
      .DeltaAggregatedResources.descriptor
  ) async {
    await client.hold(
      method,
      sending: requests,
      deserializer: ProtobufDeserializer<Response>(),
      responses: responses,
      ends: ends
    )
  }
}
