package import MeshModel

/// The number of an ADS stream, unique in one engine run.
package struct StreamID: Hashable, Sendable {
  package let number: UInt64

  package init(_ number: UInt64) {
    self.number = number
  }
}

/// Something that happened on a client's ADS stream, as the control plane saw it.
package struct ClientEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The first request came; `peer` is the client's address.
    case connected(Node, NodeProfile, XDSVariant, peer: String)
    /// The subscription of a type changed; `names` is nil for all.
    case subscribed(ResourceType, names: Int?)
    /// A response was handed to the transport; its content is that of `revision`.
    case sent(ResourceType, revision: UInt64)
    /// The client has the content of `revision` in force for this type. Told on an ACK, and at once
    /// where a new revision left the type's content as it was.
    case acked(ResourceType, revision: UInt64)
    /// The client refused the content of `revision`.
    case nacked(ResourceType, revision: UInt64, reason: String)
    case disconnected(reason: String)
  }

  package var time: MonotonicTime
  package var stream: StreamID
  package var nodeID: String
  package var kind: Kind

  package init(time: MonotonicTime, stream: StreamID, nodeID: String, kind: Kind) {
    self.time = time
    self.stream = stream
    self.nodeID = nodeID
    self.kind = kind
  }
}
