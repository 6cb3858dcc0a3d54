internal import SwiftProtobuf
internal import XDSCore
internal import XDSProtos
internal import XDSWire

/// Reads requests, and bounds what they bring in.
struct DiscoveryRequestReader: Sendable {
  private typealias StateOfTheWorld = Envoy_Service_Discovery_V3_DiscoveryRequest
  private typealias Delta = Envoy_Service_Discovery_V3_DeltaDiscoveryRequest

  let limits: ControlPlane.Limits

  /// Reads a request of the variant from its bytes.
  ///
  /// - Throws: ``StreamEnd/protocolViolation(_:)`` or ``StreamEnd/tooManyNames(_:limit:)``.
  func read(_ bytes: RawSpan, as variant: XDSVariant) throws(StreamEnd) -> AnyDiscoveryRequest {
    switch variant {
    case .stateOfTheWorld:
      guard let message = try? StateOfTheWorld(serializedBytes: bytes) else {
        throw .protocolViolation("the request is not a DiscoveryRequest")
      }
      return .stateOfTheWorld(try request(message))
    case .delta:
      guard let message = try? Delta(serializedBytes: bytes) else {
        throw .protocolViolation("the request is not a DeltaDiscoveryRequest")
      }
      return .delta(try request(message))
    }
  }

  private func request(_ message: StateOfTheWorld) throws(StreamEnd) -> DiscoveryRequest {
    try check(names: message.resourceNames.count)
    var request = DiscoveryRequest(message)
    request.node = request.node?.bounded(by: limits)
    request.errorDetail = request.errorDetail?.prefix(utf8Bytes: limits.maxReasonBytes)
    return request
  }

  private func request(_ message: Delta) throws(StreamEnd) -> DeltaDiscoveryRequest {
    try check(names: message.resourceNamesSubscribe.count)
    try check(names: message.resourceNamesUnsubscribe.count)
    try check(names: message.initialResourceVersions.count)
    var request = DeltaDiscoveryRequest(message)
    request.node = request.node?.bounded(by: limits)
    request.errorDetail = request.errorDetail?.prefix(utf8Bytes: limits.maxReasonBytes)
    return request
  }

  private func check(names count: Int) throws(StreamEnd) {
    guard count <= limits.maxNames else { throw .tooManyNames(count, limit: limits.maxNames) }
  }
}
