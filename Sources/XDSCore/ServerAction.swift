package import MeshModel

/// What the owner of a ``ServerStream`` has to do, in order.
package enum ServerAction: Hashable, Sendable {
  /// Write this response to the stream.
  case send(ServerResponse)
  /// Tell whoever watches clients.
  case event(ClientEvent.Kind)
  /// Call ``ServerStream/tick(_:)`` at that time, or soon after; a later one replaces it.
  case wake(at: MonotonicTime)
  /// A request answered a response that is not the newest; nothing to do.
  case ignoreStale(ResourceType, nonce: String)
  /// End the stream with INVALID_ARGUMENT: the client broke the protocol.
  case close(reason: String)
}
