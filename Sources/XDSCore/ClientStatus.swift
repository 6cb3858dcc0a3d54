package import MeshModel

/// One connected client as the control plane knows it: what CSDS and the debug pages tell.
package struct ClientStatus: Hashable, Sendable {
  /// Where the client stands with one resource.
  package struct ResourceEntry: Hashable, Sendable {
    package enum State: Hashable, Sendable {
      /// Asked for and not answered yet.
      case requested
      /// Sent and unanswered.
      case pending
      case acked
      case nacked(reason: String)
      /// Asked for, and the client was told that there is no such resource.
      case doesNotExist
    }

    package var type: ResourceType
    package var name: String
    /// What the client was sent last; empty before that.
    package var version: String
    package var state: State
    /// When it was sent, or the client answered, whichever is later; nil before the first response.
    package var time: MonotonicTime?

    package init(
      type: ResourceType,
      name: String,
      version: String,
      state: State,
      time: MonotonicTime? = nil
    ) {
      self.type = type
      self.name = name
      self.version = version
      self.state = state
      self.time = time
    }
  }

  package var stream: StreamID
  package var node: Node
  package var profile: NodeProfile
  package var variant: XDSVariant
  package var peer: ClientPeer
  /// When its stream was opened, by the machine's wall clock.
  package var connectedAt: Timestamp
  /// An entry for each type that the client ever asked for.
  package var types: [ResourceType: ServerTypeStatus]
  /// What the client asked for by name or was sent, in the order of types, then names.
  package var resources: [ResourceEntry]

  package init(
    stream: StreamID,
    node: Node,
    profile: NodeProfile,
    variant: XDSVariant,
    peer: ClientPeer,
    connectedAt: Timestamp,
    types: [ResourceType: ServerTypeStatus] = [:],
    resources: [ResourceEntry] = []
  ) {
    self.stream = stream
    self.node = node
    self.profile = profile
    self.variant = variant
    self.peer = peer
    self.connectedAt = connectedAt
    self.types = types
    self.resources = resources
  }
}
