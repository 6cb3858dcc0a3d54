import SwiftProtobuf
package import XDSCore

/// A resource as JSON, in protobuf's own mapping and on one line, as config dumps show it.
///
/// - Parameters:
///   - resource: What to show.
///   - profile: In whose encoding.
/// - Returns: An object with `@type`.
/// - Throws: `BinaryEncodingError` or `JSONEncodingError`, for what protobuf can't hold.
package func json(of resource: Resource, profile: NodeProfile) throws -> String {
  registerPackedTypes
  return try Google_Protobuf_Any(resource: resource, profile: profile).jsonString()
}

/// What an `Any` in a resource can hold: shown as JSON only if it is known by name.
private let registerPackedTypes: Void = {
  let types: [any Message.Type] = [
    Proto.Cluster.self, Proto.ClusterLoadAssignment.self, Proto.Listener.self,
    Proto.RouteConfiguration.self, Proto.HTTPConnectionManager.self, Proto.HTTPFault.self,
    Proto.Cors.self, Proto.Router.self, Proto.AccessLogSettings.self, Proto.ProtocolOptions.self,
    Proto.CorsPolicy.self, Proto.PreviousHosts.self, Proto.PreviousPriorities.self,
    Proto.WRRLocality.self, Proto.RoundRobin.self, Proto.LeastRequest.self, Proto.RingHash.self,
    Proto.UpstreamTLS.self,
  ]
  for type in types { Google_Protobuf_Any.register(messageType: type) }
}()
