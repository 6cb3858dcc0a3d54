import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import SwiftASN1
import Synchronization
import TestSupport
import X509

/// A client that sends the frames that it is told to, good ones or not.
///
/// It gives the server no window but what HTTP/2 begins with, unless it is told to.
final class FrameClient: Sendable {
  let channel: any Channel
  private let frames: Recorder<HTTP2Frame>
  private let nextID = Mutex<Int>(1)

  private init(_ channel: any Channel, _ frames: Recorder<HTTP2Frame>) {
    self.channel = channel
    self.frames = frames
  }

  static func connect(host: String = "127.0.0.1", port: Int) async throws -> FrameClient {
    let frames = Recorder<HTTP2Frame>()
    let channel = try await bootstrap(frames).connect(host: host, port: port).get()
    return FrameClient(channel, frames)
  }

  static func connect(path: String) async throws -> FrameClient {
    let frames = Recorder<HTTP2Frame>()
    let channel = try await bootstrap(frames).connect(unixDomainSocketPath: path).get()
    return FrameClient(channel, frames)
  }

  /// Connects by TLS, to whatever server there is.
  static func connectTLS(port: Int, protocols: [String] = ["h2"]) async throws -> FrameClient {
    let frames = Recorder<HTTP2Frame>()
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.applicationProtocols = protocols
    let tls = try NIOSSLContext(configuration: configuration)
    let channel = try await bootstrap(frames, tls).connect(host: "127.0.0.1", port: port).get()
    return FrameClient(channel, frames)
  }

  private static func bootstrap(
    _ frames: Recorder<HTTP2Frame>,
    _ tls: NIOSSLContext? = nil
  ) -> ClientBootstrap {
    ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
          try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
        }
        try pipeline.addHandler(NIOHTTP2Handler(mode: .client, initialSettings: []))
        try pipeline.addHandler(Keeper(frames))
      }
    }
  }

  /// The common name of the server's certificate.
  func serverName() async throws -> String? {
    guard let shown = try await channel.nioSSL_peerCertificate().get() else { return nil }
    let certificate = try Certificate(derEncoded: try shown.toDERBytes())
    for attribute in certificate.subject.lazy.flatMap({ $0 })
    where attribute.type == .RDNAttributeType.commonName {
      return String(describing: attribute.value)
    }
    return nil
  }

  var isOpen: Bool { channel.isActive }
  var received: [HTTP2Frame] { frames.all }

  func close() async {
    try? await channel.close().get()
  }

  /// Opens a stream.
  func open(
    _ path: String,
    method: String = "POST",
    contentType: String = "application/grpc",
    headers more: HPACKHeaders = [:],
    endStream: Bool = false
  ) async throws -> HTTP2StreamID {
    let id = nextID.withLock { next in
      defer { next += 2 }
      return HTTP2StreamID(next)
    }
    var headers: HPACKHeaders = [
      ":method": method, ":scheme": "http", ":path": path, ":authority": "dialled",
      "content-type": contentType, "te": "trailers",
    ]
    headers.add(contentsOf: more)
    try await send(.headers(.init(headers: headers, endStream: endStream)), on: id)
    return id
  }

  func send(_ payload: HTTP2Frame.FramePayload, on id: HTTP2StreamID = .rootStream) async throws {
    try await channel.writeAndFlush(HTTP2Frame(streamID: id, payload: payload)).get()
  }

  /// Sends bytes as they are.
  func send(
    bytes: ByteBuffer,
    on id: HTTP2StreamID,
    endStream: Bool = false
  ) async throws {
    try await send(.data(.init(data: .byteBuffer(bytes), endStream: endStream)), on: id)
  }

  /// Sends a message.
  func send(_ text: String, on id: HTTP2StreamID, endStream: Bool = false) async throws {
    let message = ByteBuffer(string: text).framedAsMessage()
    try await send(bytes: message, on: id, endStream: endStream)
  }

  /// Lets the server send more.
  func grant(_ bytes: Int, on id: HTTP2StreamID) async throws {
    try await send(.windowUpdate(windowSizeIncrement: bytes))
    try await send(.windowUpdate(windowSizeIncrement: bytes), on: id)
  }
}

// What the server has sent.
extension FrameClient {
  /// All header lists of a stream, in order.
  func headers(on id: HTTP2StreamID) -> [HPACKHeaders] {
    received.compactMap { frame in
      guard frame.streamID == id, case .headers(let headers) = frame.payload else { return nil }
      return headers.headers
    }
  }

  /// The bytes of a stream.
  func bytes(on id: HTTP2StreamID) -> ByteBuffer {
    received.reduce(into: ByteBuffer()) { bytes, frame in
      guard frame.streamID == id, case .data(let data) = frame.payload,
        case .byteBuffer(let new) = data.data
      else { return }
      bytes.writeImmutableBuffer(new)
    }
  }

  /// The whole messages of a stream.
  func messages(on id: HTTP2StreamID) -> [String] {
    var bytes = bytes(on: id)
    var messages: [String] = []
    while bytes.readInteger(as: UInt8.self) != nil,
      let length = bytes.readInteger(as: UInt32.self),
      let message = bytes.readString(length: Int(length))
    {
      messages.append(message)
    }
    return messages
  }

  /// The trailers of a stream, once they are there.
  func trailers(on id: HTTP2StreamID) async throws -> HPACKHeaders {
    try await found("trailers of stream \(id)") {
      for frame in received where frame.streamID == id {
        if case .headers(let headers) = frame.payload, headers.endStream { return headers.headers }
      }
      return nil
    }
  }

  /// Whether the server's settings have come.
  var knowsSettings: Bool {
    received.contains { if case .settings = $0.payload { true } else { false } }
  }

  /// The server's GOAWAY frames: the last stream, the code and the text.
  var goAways: [(last: HTTP2StreamID, code: HTTP2ErrorCode, text: String)] {
    received.compactMap { frame in
      guard case .goAway(let last, let code, let data) = frame.payload else { return nil }
      return (last, code, data.map { String(buffer: $0) } ?? "")
    }
  }

  /// The codes by which the server reset a stream.
  func resets(on id: HTTP2StreamID) -> [HTTP2ErrorCode] {
    received.compactMap { frame in
      guard frame.streamID == id, case .rstStream(let code) = frame.payload else { return nil }
      return code
    }
  }
}

private final class Keeper: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame

  private let frames: Recorder<HTTP2Frame>

  init(_ frames: Recorder<HTTP2Frame>) {
    self.frames = frames
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    frames.record(unwrapInboundIn(data))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
