import MeshModel
import NIOCore
import Synchronization
import XDSCore

@testable import ControlPlane

/// A hub without a network, and what it told.
final class HubBench: Sendable {
  let hub: StreamHub
  let encoder: ResponseEncoder
  let events = Recorder<ClientEvent>()
  private let revisions = Walkthrough.Revisions()
  private let wakes = Mutex<[StreamID: Int]>([:])

  let notices = Recorder<ControlPlane.Notice>()

  init(_ limits: ControlPlane.Limits = .init(), identities: [IdentityRule] = []) {
    encoder = ResponseEncoder { try $0.encoded() }
    hub = StreamHub(
      rules: StreamRules(limits: limits, identities: identities),
      encoder: encoder,
      outlets: StreamHub.Outlets(
        clock: { .zero },
        wallClock: { .zero },
        onEvent: { [events] in events.record($0) },
        limitLog: LimitLog(
          clock: { .zero },
          onNotice: { [notices] in notices.record($0) }
        )
      )
    )
  }

  /// Publishes the next revision, the first being 1.
  func publish(v1: Int = 90, v2: Int = 10) {
    hub.publish(revisions.next(v1: v1, v2: v2))
  }

  /// Opens a stream whose wakes are counted.
  func open(
    _ kind: StreamKind = .aggregated,
    identities: [String] = []
  ) throws -> ADSStream {
    let opened = Mutex<StreamID?>(nil)
    let peer = ClientPeer(address: "peer", identities: identities)
    let stream = try hub.open(kind, peer: peer) { [self] in
      guard let id = opened.withLock({ $0 }) else { return }
      wakes.withLock { $0[id, default: 0] += 1 }
    }
    opened.withLock { $0 = stream.id }
    return stream
  }

  func wakeCount(_ stream: ADSStream) -> Int { wakes.withLock { $0[stream.id, default: 0] } }

  func kinds(_ stream: ADSStream) -> [ClientEvent.Kind] {
    events.all.filter { $0.stream == stream.id }.map(\.kind)
  }

  @discardableResult
  func subscribe(_ stream: ADSStream, _ type: ResourceType, _ names: [String]) -> ADSStream.Received
  {
    let request = DiscoveryRequest(
      typeURL: type.typeURL,
      node: Node(id: "node-\(stream.id.number)"),
      resourceNames: names
    )
    return receive(request, from: stream)
  }

  @discardableResult
  func receive(_ request: DiscoveryRequest, from stream: ADSStream) -> ADSStream.Received {
    hub.receive(.stateOfTheWorld(request), from: stream)
  }

  /// Writes what waits.
  func write(_ stream: ADSStream, to connection: FakeConnection) throws {
    try hub.write(stream, to: connection)
  }
}

/// Takes responses; its client doesn't keep up while it is held.
final class FakeConnection: ADSConnection, Sendable {
  let sent = Recorder<[UInt8]>()
  /// The delays that were asked for, in nanoseconds.
  let delays = Recorder<UInt64>()
  private let isHeld = Mutex(false)

  var isWritable: Bool { isHeld.withLock { !$0 } }

  func hold(_ isHeld: Bool) {
    self.isHeld.withLock { $0 = isHeld }
  }

  func send(_ response: EncodedResponse) { sent.record(Array(response.message)) }

  func wake(afterNanoseconds delay: UInt64) { delays.record(delay) }
}

extension EncodedResponse {
  /// The protobuf message behind gRPC's prefix.
  var message: ByteBufferView { framed.readableBytesView.dropFirst(5) }
}
