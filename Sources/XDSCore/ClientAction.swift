/// What the owner of a ``ClientSession`` has to do, in order.
package enum ClientAction: Hashable, Sendable {
  /// Write this request to the open stream.
  case send(AnyRequest)
  /// Route the calls to `listener` by this from now on.
  case update(listener: String, ResolvedListener)
  /// Let the calls to `listener` fail with UNAVAILABLE until an update comes.
  case fail(listener: String, reason: String)
}
