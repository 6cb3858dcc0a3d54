import SwiftProtobuf
package import XDSCore
package import XDSProtos

extension Envoy_Service_Discovery_V3_DiscoveryRequest {
  /// The request as it goes over the wire.
  package init(_ request: DiscoveryRequest) {
    self.init()
    typeURL = request.typeURL
    versionInfo = request.versionInfo
    resourceNames = request.resourceNames
    responseNonce = request.responseNonce
    if let node = request.node { self.node = Proto.Node(node) }
    if let detail = request.errorDetail { errorDetail = Proto.Status(nack: detail) }
  }
}

extension DiscoveryRequest {
  /// The request as it came over the wire; every one has a meaning, so none is refused here.
  package init(_ message: Envoy_Service_Discovery_V3_DiscoveryRequest) {
    self.init(
      typeURL: message.typeURL,
      versionInfo: message.versionInfo,
      node: message.hasNode ? Node(message.node) : nil,
      resourceNames: message.resourceNames,
      responseNonce: message.responseNonce,
      errorDetail: message.hasErrorDetail ? message.errorDetail.summary : nil
    )
  }
}

extension Google_Rpc_Status {
  /// The error of a NACK: INVALID_ARGUMENT, as gRPC's own clients put it.
  init(nack detail: String) {
    self.init()
    code = 3
    message = detail
  }

  /// The message, else the code in words.
  var summary: String {
    message.isEmpty ? "status code \(code), without a message" : message
  }
}
