import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection that writes what it likes: HTTP/2 frames made by hand, or garbage.
final class RawHTTP2Client: Sendable {
  let channel: any Channel
  /// The bytes that came.
  let received: ByteCount

  /// Counts what comes, and throws it away.
  final class ByteCount: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      count.add(unwrapInboundIn(data).readableBytes, ordering: .relaxed)
    }
  }

  /// Connects; reads nothing where `reads` is false.
  init(host: String, port: Int, reads: Bool = true) async throws {
    let received = ByteCount()
    self.received = received
    channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { $0.pipeline.addHandler(received) }
      .connect(host: host, port: port).get()
  }

  func write(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  func close() async throws { try await channel.close().get() }

  // MARK: HTTP/2

  /// The connection preface and empty SETTINGS.
  static let preface =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 4, flags: 0, stream: 0, [])

  /// HEADERS that open a gRPC call.
  static func open(_ path: String, stream: UInt32 = 1) -> [UInt8] {
    // POST, http, then literals: :path and :authority by the static table's names.
    var block: [UInt8] = [0x83, 0x86]
    block += [0x04] + text(path) + [0x01] + text("weir")
    block += [0x0f, 0x10] + text("application/grpc") + [0x00] + text("te") + text("trailers")
    return frame(type: 1, flags: 0x4, stream: stream, block)
  }

  /// DATA with one gRPC message.
  static func message(_ bytes: [UInt8], stream: UInt32 = 1) -> [UInt8] {
    let count = UInt32(bytes.count)
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    return frame(type: 0, flags: 0, stream: stream, [0] + length + bytes)
  }

  static func frame(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) }
    let id = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
    return length + [type, flags] + id + payload
  }

  private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }
}
