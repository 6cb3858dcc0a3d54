internal import GRPCCore
package import NIOCore

/// A message's bytes, as services of grpc-swift get and give them.
package struct MessageBytes: GRPCContiguousBytes, Hashable, Sendable {
  package var buffer: ByteBuffer

  package init(_ buffer: ByteBuffer) {
    self.buffer = buffer
  }

  package init(repeating byte: UInt8, count: Int) {
    buffer = ByteBuffer(repeating: byte, count: count)
  }

  package init(_ bytes: some Sequence<UInt8>) {
    buffer = ByteBuffer(bytes: bytes)
  }

  package var count: Int { buffer.readableBytes }

  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try buffer.withUnsafeReadableBytes(body)
  }

  package mutating func withUnsafeMutableBytes<R>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R {
    try buffer.withUnsafeMutableReadableBytes(body)
  }
}
