import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf
import XDSCore
import XDSProtos
import XDSWire

/// An ADS stream driven by hand: nothing is answered unless the test says so.
final class ADSTestClient: Sendable {
  /// A response, and its bytes as they came.
  struct Received: Sendable {
    let bytes: [UInt8]
    let message: Envoy_Service_Discovery_V3_DiscoveryResponse

    /// The weights of the first route, by cluster; empty for what is no route configuration.
    var weights: [String: UInt32] {
      guard let any = message.resources.first,
        let routes = try? Envoy_Config_Route_V3_RouteConfiguration(serializedBytes: any.value),
        let action = routes.virtualHosts.first?.routes.first?.route
      else { return [:] }
      return Dictionary(
        uniqueKeysWithValues: action.weightedClusters.clusters.map { ($0.name, $0.weight.value) }
      )
    }
  }

  let node: Node
  let responses = Recorder<Received>()
  /// How the stream ended; nil where the status was OK.
  let ends = Recorder<RPCError?>()
  private let requests: AsyncStream<Envoy_Service_Discovery_V3_DiscoveryRequest>
  private let sender: AsyncStream<Envoy_Service_Discovery_V3_DiscoveryRequest>.Continuation

  init(_ id: String) {
    node = Node(id: id)
    (requests, sender) = AsyncStream.makeStream()
  }

  func send(_ request: DiscoveryRequest) {
    sender.yield(Envoy_Service_Discovery_V3_DiscoveryRequest(request))
  }

  func subscribe(_ type: ResourceType, _ names: [String]) {
    send(DiscoveryRequest(typeURL: type.typeURL, node: node, resourceNames: names))
  }

  /// Accepts a response, or refuses it with a reason.
  func answer(
    _ response: Received,
    names: [String],
    keeping version: String? = nil,
    refusal: String? = nil
  ) {
    send(
      DiscoveryRequest(
        typeURL: response.message.typeURL,
        versionInfo: version ?? response.message.versionInfo,
        resourceNames: names,
        responseNonce: response.message.nonce,
        errorDetail: refusal
      )
    )
  }

  /// Closes the sending side.
  func finish() {
    sender.finish()
  }

  /// Holds the stream open on a client's connection until it ends or the task is cancelled.
  func run(
    on client: GRPCClient<HTTP2ClientTransport.Posix>,
    method: MethodDescriptor = Envoy_Service_Discovery_V3_AggregatedDiscoveryService.Method
      .StreamAggregatedResources.descriptor,
    waitsForReady: Bool = true
  ) async {
    var options = CallOptions.defaults
    options.waitForReady = waitsForReady
    await client.hold(
      method,
      sending: requests,
      deserializer: RawDeserializer(),
      options: options,
      responses: responses,
      ends: ends
    )
  }
}

private struct RawDeserializer: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> ADSTestClient.Received {
    let bytes = bytes.withUnsafeBytes { Array($0) }
    return ADSTestClient.Received(bytes: bytes, message: try .init(serializedBytes: bytes))
  }
}
