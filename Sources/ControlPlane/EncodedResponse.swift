internal import HTTP2Transport
internal import NIOCore

/// The bytes of a response as gRPC frames them, shared by all streams that send the same one.
struct EncodedResponse: Sendable {
  let framed: ByteBuffer

  init(_ message: [UInt8]) {
    framed = ByteBuffer(framing: message)
  }
}
