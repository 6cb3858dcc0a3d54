internal import GRPCCore
package import NIOCore

/// Takes whole messages out of the bytes of a stream.
///
/// Each is preceded by a byte that says whether it is compressed and four that say how long it is;
/// the frames that carry them may be cut anywhere.
struct MessageReader {
  static let prefixBytes = 5

  let maxMessageBytes: Int
  /// Nil while nothing waits, so that a quiet stream holds no memory.
  private var waiting: ByteBuffer?

  init(maxMessageBytes: Int) {
    self.maxMessageBytes = maxMessageBytes
  }

  /// Whether no bytes wait.
  var isEmpty: Bool { waiting == nil }

  /// The memory that waits with them, in bytes.
  var capacity: Int { waiting?.capacity ?? 0 }

  mutating func append(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0 else { return }
    guard waiting != nil else {
      waiting = bytes
      return
    }
    // A buffer never does that by itself, so where messages and frames don't end together it would
    // hold all that the stream ever brought.
    waiting?.discardReadBytes()
    waiting?.writeImmutableBuffer(bytes)
  }

  /// Drops what waits.
  mutating func clear() {
    waiting = nil
  }

  /// The next whole message; nil until more bytes come.
  mutating func next() throws(Refusal) -> ByteBuffer? {
    guard var bytes = waiting, let length = try messageLength(bytes) else { return nil }
    guard bytes.readableBytes >= Self.prefixBytes + length else { return nil }
    // Without a second reference the bytes that are left aren't copied when more come.
    waiting = nil
    bytes.moveReaderIndex(forwardBy: Self.prefixBytes)
    let message = bytes.readSlice(length: length)
    if bytes.readableBytes > 0 { waiting = bytes }
    return message
  }

  private func messageLength(_ bytes: ByteBuffer) throws(Refusal) -> Int? {
    let start = bytes.readerIndex
    guard let flag = bytes.getInteger(at: start, as: UInt8.self),
      let length = bytes.getInteger(at: start + 1, as: UInt32.self)
    else { return nil }
    switch flag {
    case 0: break
    case 1: throw .compression("of a message")
    default: throw Refusal(.internalError, "a message begins with \(flag); want 0 or 1")
    }
    guard length <= maxMessageBytes else {
      throw Refusal(
        .resourceExhausted,
        "a message of \(length) bytes; the limit is \(maxMessageBytes)"
      )
    }
    return Int(length)
  }
}

extension ByteBuffer {
  /// The bytes of a message behind its prefix, ready for ``RawStream/send(framed:)``.
  package func framedAsMessage() -> ByteBuffer { ByteBuffer(framing: readableBytesView) }

  /// A message behind its prefix: 0 (not compressed), and four bytes of length.
  package init(framing message: some Collection<UInt8>) {
    self = ByteBufferAllocator().buffer(capacity: MessageReader.prefixBytes + message.count)
    writeInteger(UInt8(0))
    writeInteger(UInt32(clamping: message.count))
    writeBytes(message)
  }
}
