import SwiftProtobuf
package import XDSCore
package import XDSProtos

extension Envoy_Service_Discovery_V3_DeltaDiscoveryRequest {
  /// The request as it goes over the wire.
  package init(_ request: DeltaDiscoveryRequest) {
    self.init()
    typeURL = request.typeURL
    resourceNamesSubscribe = request.subscribe
    resourceNamesUnsubscribe = request.unsubscribe
    initialResourceVersions = request.initialVersions
    responseNonce = request.responseNonce
    if let node = request.node { self.node = Proto.Node(node) }
    if let detail = request.errorDetail { errorDetail = Proto.Status(nack: detail) }
  }
}

extension DeltaDiscoveryRequest {
  /// The request as it came over the wire; every one has a meaning, so none is refused here.
  package init(_ message: Envoy_Service_Discovery_V3_DeltaDiscoveryRequest) {
    self.init(
      typeURL: message.typeURL,
      node: message.hasNode ? Node(message.node) : nil,
      subscribe: message.resourceNamesSubscribe,
      unsubscribe: message.resourceNamesUnsubscribe,
      initialVersions: message.initialResourceVersions,
      responseNonce: message.responseNonce,
      errorDetail: message.hasErrorDetail ? message.errorDetail.summary : nil
    )
  }
}
