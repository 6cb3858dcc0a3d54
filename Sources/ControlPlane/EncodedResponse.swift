internal import NIOCore

/// The bytes of a response as gRPC frames them, shared by all streams that send the same one.
struct EncodedResponse: Sendable {
  /// gRPC's length-prefixed message: 0 (not compressed), four bytes of length, the message.
  let framed: ByteBuffer

  init(_ message: [UInt8]) {
    var buffer = ByteBufferAllocator().buffer(capacity: message.count + Self.prefixBytes)
    buffer.writeInteger(UInt8(0))
    buffer.writeInteger(UInt32(message.count))
    buffer.writeBytes(message)
    framed = buffer
  }

  private static let prefixBytes = 5

  /// The protobuf message.
  var message: ByteBufferView { framed.readableBytesView.dropFirst(Self.prefixBytes) }
}
