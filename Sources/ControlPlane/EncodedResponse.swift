internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix

/// The bytes of a DiscoveryResponse, shared by all streams that send the same one.
struct EncodedResponse: Sendable {
  let bytes: GRPCNIOTransportBytes

  init(_ bytes: [UInt8]) {
    self.bytes = GRPCNIOTransportBytes(bytes)
  }
}

/// Passes encoded responses on as they are.
struct EncodedResponseSerializer: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ response: EncodedResponse) throws -> Bytes {
    if let bytes = response.bytes as? Bytes { return bytes }
    return response.bytes.withUnsafeBytes { Bytes($0) }
  }
}
