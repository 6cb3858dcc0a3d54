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
  func read(_ bytes: RawSpan, as variant: XDSVariant) throws(StreamEnd) -> AnyRequest {
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
    try check(message.resourceNames)
    var request = DiscoveryRequest(message)
    request.node = request.node?.bounded(by: limits)
    request.errorDetail = request.errorDetail?.prefix(utf8Bytes: limits.maxReasonBytes)
    return request
  }

  private func request(_ message: Delta) throws(StreamEnd) -> DeltaDiscoveryRequest {
    try check(message.resourceNamesSubscribe)
    try check(message.resourceNamesUnsubscribe)
    try check(message.initialResourceVersions.keys)
    var request = DeltaDiscoveryRequest(message)
    request.node = request.node?.bounded(by: limits)
    request.errorDetail = request.errorDetail?.prefix(utf8Bytes: limits.maxReasonBytes)
    return request
  }

  private func check(_ names: some Collection<String>) throws(StreamEnd) {
    guard names.count <= limits.maxNames else {
      throw .tooManyNames(names.count, limit: limits.maxNames)
    }
    if let long = names.first(where: { $0.utf8.count > limits.maxNameBytes }) {
      throw .protocolViolation(
        "a resource name has \(long.utf8.count) bytes; want at most \(limits.maxNameBytes)"
      )
    }
  }
}
