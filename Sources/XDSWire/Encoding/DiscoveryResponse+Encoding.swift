package import SwiftProtobuf
package import XDSCore
package import XDSProtos

extension Envoy_Service_Discovery_V3_DiscoveryResponse {
  /// A SotW response with these resources, all of `type`, in the profile's form.
  ///
  /// - Throws: `BinaryEncodingError` where a resource is larger than protobuf's 2 GiB.
  package init(
    profile: NodeProfile = .grpc,
    type: ResourceType,
    version: String,
    nonce: String,
    resources: [Resource]
  ) throws {
    self.init()
    typeURL = type.typeURL
    versionInfo = version
    self.nonce = nonce
    self.resources = try resources.map {
      try Proto.AnyMessage(resource: $0, profile: profile)
    }
  }
}

/// The bytes of a SotW response; equal arguments give equal bytes.
///
/// Encode once, send to many: nothing in it depends on the stream.
///
/// - Parameters:
///   - profile: Whose encoding.
///   - type: That of all the resources.
///   - version: The `version_info`.
///   - nonce: The `nonce`.
///   - resources: Those of the client's names that there are.
/// - Returns: Any bag of bytes, `[UInt8]` among them, filled in place.
/// - Throws: `BinaryEncodingError` where a resource is larger than protobuf's 2 GiB.
package func encodeResponse<Bytes: SwiftProtobufContiguousBytes>(
  profile: NodeProfile = .grpc,
  type: ResourceType,
  version: String,
  nonce: String,
  resources: [Resource]
) throws -> Bytes {
  try Envoy_Service_Discovery_V3_DiscoveryResponse(
    profile: profile,
    type: type,
    version: version,
    nonce: nonce,
    resources: resources
  ).serializedBytes(options: .deterministic)
}

/// The bytes of a delta response; equal arguments give equal bytes.
///
/// - Parameters:
///   - profile: Whose encoding.
///   - type: That of all the resources.
///   - systemVersion: The `system_version_info`.
///   - nonce: The `nonce`.
///   - resources: What is new or changed.
///   - removed: The names that are gone.
/// - Returns: Any bag of bytes, `[UInt8]` among them, filled in place.
/// - Throws: `BinaryEncodingError` where a resource is larger than protobuf's 2 GiB.
package func encodeDeltaResponse<Bytes: SwiftProtobufContiguousBytes>(
  profile: NodeProfile,
  type: ResourceType,
  systemVersion: String,
  nonce: String,
  resources: [DeltaResource],
  removed: [String]
) throws -> Bytes {
  var response = Envoy_Service_Discovery_V3_DeltaDiscoveryResponse()
  response.typeURL = type.typeURL
  response.systemVersionInfo = systemVersion
  response.nonce = nonce
  response.resources = try resources.map { item in
    var resource = Envoy_Service_Discovery_V3_Resource()
    resource.name = item.name
    resource.version = item.version
    resource.resource = try Google_Protobuf_Any(resource: item.resource, profile: profile)
    return resource
  }
  response.removedResources = removed
  return try response.serializedBytes(options: .deterministic)
}

extension BinaryEncodingOptions {
  /// Maps are written in the order of their keys.
  static var deterministic: BinaryEncodingOptions {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    return options
  }
}

extension Google_Protobuf_Any {
  /// Packs a message; its bytes are made here and now, and once.
  init(packing message: some Message) throws {
    self.init()
    typeURL = "type.googleapis.com/\(type(of: message).protoMessageName)"
    value = try message.serializedBytes(options: .deterministic)
  }

  /// A resource in the profile's form, as responses and status reports carry it.
  ///
  /// - Throws: `BinaryEncodingError` where it is larger than protobuf's 2 GiB.
  package init(resource: Resource, profile: NodeProfile) throws {
    switch resource {
    case .cluster(let cluster):
      try self.init(packing: Proto.Cluster(cluster, profile: profile))
    case .endpoints(let assignment):
      try self.init(packing: Proto.ClusterLoadAssignment(assignment))
    case .listener(let listener):
      try self.init(packing: Proto.Listener(listener))
    case .routeConfiguration(let configuration):
      try self.init(packing: try Proto.RouteConfiguration(configuration, profile: profile))
    }
  }
}
