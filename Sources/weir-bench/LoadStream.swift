import MeshModel
import NIOCore
import NIOHPACK
import NIOHTTP2
import SwiftProtobuf
import SystemClock
import XDSCore
import XDSProtos
import XDSWire

/// One ADS stream of the load: asks as a proxyless gRPC client does (LDS, RDS, CDS, EDS), accepts
/// everything, and makes no calls.
///
/// It is as light as it can be, so that what is measured is the server beside it: no task, and a
/// response's resources are read only the first time, for the names to ask for next.
final class LoadStream: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private static let path =
    "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"

  private let nodeID: String
  private let listener: String
  private let onReceive: @Sendable (ResourceType, String, MonotonicTime) -> Void
  private let onEnd: @Sendable () -> Void
  private var unread = ByteBuffer()
  /// By the type's raw value.
  private var names: [[String]] = ResourceType.allCases.map { _ in [] }

  init(
    nodeID: String,
    listener: String,
    onReceive: @escaping @Sendable (ResourceType, String, MonotonicTime) -> Void,
    onEnd: @escaping @Sendable () -> Void
  ) {
    self.nodeID = nodeID
    self.listener = listener
    self.onReceive = onReceive
    self.onEnd = onEnd
  }

  func channelActive(context: ChannelHandlerContext) {
    var headers = HPACKHeaders()
    headers.add(name: ":method", value: "POST")
    headers.add(name: ":scheme", value: "http")
    headers.add(name: ":path", value: Self.path)
    headers.add(name: ":authority", value: "127.0.0.1")
    headers.add(name: "content-type", value: "application/grpc")
    headers.add(name: "te", value: "trailers")
    context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
    request(.listener, names: [listener], nodeID: nodeID, context: context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .data(let frame) = unwrapInboundIn(data), case .byteBuffer(var bytes) = frame.data
    else { return }
    if unread.readableBytes == 0 { unread = bytes } else { unread.writeBuffer(&bytes) }
    while let message = nextMessage() {
      receive(message, at: .now(), context: context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    onEnd()
  }

  private func nextMessage() -> ByteBuffer? {
    guard let length = unread.getInteger(at: unread.readerIndex + 1, as: UInt32.self),
      unread.readableBytes >= Int(length) + 5
    else { return nil }
    unread.moveReaderIndex(forwardBy: 5)
    return unread.readSlice(length: Int(length))
  }

  private func receive(
    _ message: ByteBuffer,
    at time: MonotonicTime,
    context: ChannelHandlerContext
  ) {
    guard
      let response = try? Envoy_Service_Discovery_V3_DiscoveryResponse(
        serializedBytes: Array(message.readableBytesView)
      ), let type = ResourceType(typeURL: response.typeURL)
    else { return }
    onReceive(type, response.versionInfo, time)
    request(
      type,
      names: names[type.rawValue],
      version: response.versionInfo,
      nonce: response.nonce,
      context: context
    )
    guard let next = type.next, names[next.rawValue].isEmpty else { return }
    request(next, names: Self.references(in: response), context: context)
  }

  /// What the resources of a response name for the next type.
  private static func references(
    in response: Envoy_Service_Discovery_V3_DiscoveryResponse
  ) -> [String] {
    DiscoveryResponse(decoding: response).resources.flatMap { result -> [String] in
      switch result {
      case .success(.listener(let listener)): [listener.routeConfigurationName]
      case .success(.routeConfiguration(let routes)): routes.referencedClusters
      case .success(.cluster(let cluster)): [cluster.subscribedEndpointsName]
      case .success(.endpoints), .failure: []
      }
    }
  }

  private func request(
    _ type: ResourceType,
    names: [String],
    nodeID: String? = nil,
    version: String = "",
    nonce: String = "",
    context: ChannelHandlerContext
  ) {
    self.names[type.rawValue] = names
    var request = Envoy_Service_Discovery_V3_DiscoveryRequest()
    request.typeURL = type.typeURL
    request.resourceNames = names
    request.versionInfo = version
    request.responseNonce = nonce
    if let nodeID {
      request.node.id = nodeID
      request.node.metadata.fields["GENERATOR"] = .init(stringValue: "grpc")
    }
    guard let bytes: [UInt8] = try? request.serializedBytes() else { return }
    var buffer = context.channel.allocator.buffer(capacity: bytes.count + 5)
    buffer.writeInteger(UInt8(0))
    buffer.writeInteger(UInt32(bytes.count))
    buffer.writeBytes(bytes)
    context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(buffer)))), promise: nil)
  }
}

extension ResourceType {
  /// What a gRPC client asks for after it.
  fileprivate var next: ResourceType? {
    switch self {
    case .listener: .routeConfiguration
    case .routeConfiguration: .cluster
    case .cluster: .endpoints
    case .endpoints: nil
    }
  }
}
