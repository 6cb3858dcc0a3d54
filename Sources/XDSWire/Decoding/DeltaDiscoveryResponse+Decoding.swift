import SwiftProtobuf
package import XDSCore
package import XDSProtos

extension DeltaDiscoveryResponse {
  /// Decodes a response as a proxyless gRPC client would; see ``DiscoveryResponse/init(decoding:)``.
  ///
  /// A resource whose own name is another than that it came under is refused.
  package init(decoding message: Envoy_Service_Discovery_V3_DeltaDiscoveryResponse) {
    let type = ResourceType(typeURL: message.typeURL)
    self.init(
      typeURL: message.typeURL,
      systemVersion: message.systemVersionInfo,
      nonce: message.nonce,
      resources: message.resources.map { Item($0, type: type) },
      removed: message.removedResources
    )
  }
}

extension DeltaDiscoveryResponse.Item {
  fileprivate init(_ message: Envoy_Service_Discovery_V3_Resource, type: ResourceType?) {
    let resource = decode(message.resource, type: type).flatMap {
      resource -> Result<Resource, DiscoveryResponse.Invalid> in
      guard message.name.isEmpty || resource.name == message.name else {
        let reason = "the resource's name is \(resource.name); want \(message.name)"
        return .failure(.init(name: message.name, reason: reason))
      }
      return .success(resource)
    }
    var name = message.name
    if name.isEmpty, case .success(let resource) = resource { name = resource.name }
    self.init(name: name, version: message.version, resource: resource)
  }
}
