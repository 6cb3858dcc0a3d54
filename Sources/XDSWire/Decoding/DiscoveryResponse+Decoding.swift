import SwiftProtobuf
package import XDSCore
package import XDSProtos

extension DiscoveryResponse {
  /// Decodes a response as a proxyless gRPC client does: what such a client refuses is refused, with
  /// the reason, and the other resources stay usable (gRFC A46).
  ///
  /// What gRPC could do and this client can't (faults, TLS, a load balancer other than round robin)
  /// is refused too, since ignoring it would do something else than was asked.
  package init(decoding message: Envoy_Service_Discovery_V3_DiscoveryResponse) {
    var names: Set<String> = []
    let type = ResourceType(typeURL: message.typeURL)
    self.init(
      typeURL: message.typeURL,
      versionInfo: message.versionInfo,
      nonce: message.nonce,
      resources: message.resources.map { resource in
        decode(resource, type: type).flatMap { resource in
          guard names.insert(resource.name).inserted else {
            return .failure(Invalid(name: resource.name, reason: "found twice in one response"))
          }
          return .success(resource)
        }
      }
    )
  }
}

/// Decodes one resource of a response.
///
/// - Parameters:
///   - packed: As it came.
///   - type: That of the response; nil for one that Weir doesn't have.
/// - Returns: The resource, or why a client refuses it.
func decode(
  _ packed: Google_Protobuf_Any,
  type: ResourceType?
) -> Result<Resource, DiscoveryResponse.Invalid> {
  var name = ""
  do throws(WireError) {
    let packed = try unwrapped(packed)
    switch type {
    case .cluster:
      let message = try packed.unpacked(as: Proto.Cluster.self, "the resource")
      name = message.name
      return .success(.cluster(try Cluster(message)))
    case .endpoints:
      let message = try packed.unpacked(as: Proto.ClusterLoadAssignment.self, "the resource")
      name = message.clusterName
      return .success(.endpoints(try ClusterLoadAssignment(message)))
    case .listener:
      let message = try packed.unpacked(as: Proto.Listener.self, "the resource")
      name = message.name
      return .success(.listener(try Listener(message)))
    case .routeConfiguration:
      let message = try packed.unpacked(as: Proto.RouteConfiguration.self, "the resource")
      name = message.name
      return .success(.routeConfiguration(try RouteConfiguration(message)))
    case nil:
      throw WireError("the resource is \(packed.typeName); want a type that was asked for")
    }
  } catch {
    return .failure(.init(name: name, reason: error.reason))
  }
}

/// The resource itself where it came in an `envoy.service.discovery.v3.Resource`.
private func unwrapped(_ packed: Google_Protobuf_Any) throws(WireError) -> Google_Protobuf_Any {
  guard packed.isA(Proto.WrappedResource.self) else { return packed }
  return try packed.unpacked(as: Proto.WrappedResource.self, "the wrapped resource").resource
}
