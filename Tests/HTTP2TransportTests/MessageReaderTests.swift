import NIOCore
import Testing

@testable import HTTP2Transport

@Suite("Messages in the bytes of a stream")
struct MessageReaderTests {
  @Test("cut anywhere, they come out whole, and what was read isn't kept")
  func neverAligned() throws {
    var reader = MessageReader(maxMessageBytes: 4_096)
    let text = String(repeating: "x", count: 1_000)
    let message = ByteBuffer(string: text).framedAsMessage()
    // The first piece is short, so that each later one ends a message and begins another.
    reader.append(message.getSlice(at: 0, length: 500) ?? ByteBuffer())
    var piece = message.getSlice(at: 500, length: 505) ?? ByteBuffer()
    piece.writeImmutableBuffer(message.getSlice(at: 0, length: 500) ?? ByteBuffer())
    for _ in 0..<2_000 {
      reader.append(piece)
      #expect(try reader.next().map { String(buffer: $0) } == text)
      #expect(try reader.next() == nil)
      #expect(!reader.isEmpty)
    }
    #expect(reader.capacity < 64 << 10)
  }
}
