import GRPCNIOTransportHTTP2Posix
import MeshModel
import Synchronization
import XDSCore
import XDSWire

@testable import ControlPlane

/// A hub without a network, and what it told.
final class HubBench: Sendable {
  let hub: StreamHub
  let encoder: ResponseEncoder
  let events = Recorder<ClientEvent>()
  private let revisions = Walkthrough.Revisions()
  private let wakes = Mutex<[StreamID: Int]>([:])

  init(_ limits: ControlPlane.Limits = .init()) {
    encoder = ResponseEncoder { response in
      try encodeResponse(
        type: response.type,
        version: response.version.description,
        nonce: response.nonce,
        resources: response.resources
      )
    }
    hub = StreamHub(
      limits: limits,
      encoder: encoder,
      outlets: StreamHub.Outlets(clock: { .zero }, onEvent: { [events] in events.record($0) })
    )
  }

  /// Publishes the next revision, the first being 1.
  func publish(v1: Int = 90, v2: Int = 10) {
    hub.publish(revisions.next(v1: v1, v2: v2))
  }

  /// Opens a stream whose wakes are counted.
  func open() throws -> ADSStream {
    let opened = Mutex<StreamID?>(nil)
    let stream = try hub.open(peer: "peer") { [self] in
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
    return stream.receive(request, at: .zero)
  }

  /// Writes what waits, and returns the responses.
  func write(_ stream: ADSStream, to connection: FakeConnection) async throws {
    try await hub.write(stream, to: connection) {}
  }
}

/// Takes responses; holds the writer up while it is told to.
final class FakeConnection: ADSConnection {
  let sent = Recorder<[UInt8]>()
  private let isHeld = Mutex(false)

  func hold(_ isHeld: Bool) {
    self.isHeld.withLock { $0 = isHeld }
  }

  func send(_ response: EncodedResponse) async throws {
    sent.record(response.bytes.withUnsafeBytes { Array($0) })
    _ = try await eventually(within: .seconds(30)) { !isHeld.withLock { $0 } }
  }
}
