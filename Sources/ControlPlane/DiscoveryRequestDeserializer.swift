internal import GRPCCore
internal import GRPCProtobuf
internal import XDSCore
internal import XDSProtos
internal import XDSWire

/// Reads requests, and bounds what they bring in.
struct DiscoveryRequestDeserializer: MessageDeserializer {
  let limits: ControlPlane.Limits

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> DiscoveryRequest {
    guard let message = try? Self.protobuf.deserialize(bytes) else {
      throw StreamEnd.protocolViolation("the request is not a DiscoveryRequest")
    }
    guard message.resourceNames.count <= limits.maxNames else {
      throw StreamEnd.tooManyNames(message.resourceNames.count, limit: limits.maxNames)
    }
    var request = DiscoveryRequest(message)
    request.node = request.node?.bounded(by: limits)
    request.errorDetail = request.errorDetail?.prefix(utf8Bytes: limits.maxReasonBytes)
    return request
  }

  private static let protobuf = ProtobufDeserializer<Envoy_Service_Discovery_V3_DiscoveryRequest>()
}
