internal import Synchronization
internal import XDSCore
internal import XDSWire

/// Turns responses into bytes, and counts how often.
final class ResponseEncoder: Sendable {
  private let encode: @Sendable (ServerResponse) throws -> [UInt8]
  private let encoded = Atomic<UInt64>(0)

  init(_ encode: @escaping @Sendable (ServerResponse) throws -> [UInt8]) {
    self.encode = encode
  }

  /// Responses encoded since the start.
  var count: UInt64 { encoded.load(ordering: .relaxed) }

  func bytes(of response: ServerResponse) throws -> [UInt8] {
    encoded.add(1, ordering: .relaxed)
    return try encode(response)
  }
}

extension ServerResponse {
  /// The protobuf message, in the encoding of the response's profile and variant.
  func encoded() throws -> [UInt8] {
    switch variant {
    case .stateOfTheWorld:
      try encodeResponse(
        profile: profile,
        type: type,
        version: version.description,
        nonce: nonce,
        resources: resources
      )
    case .delta:
      try encodeDeltaResponse(
        profile: profile,
        type: type,
        systemVersion: version.description,
        nonce: nonce,
        resources: deltaResources,
        removed: removed
      )
    }
  }
}
