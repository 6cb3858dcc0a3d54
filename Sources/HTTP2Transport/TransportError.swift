/// What keeps a server from listening.
package struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// Another program listens there.
    case addressInUse
    /// The system doesn't allow it.
    case permissionDenied
    /// No such address here, or no address at all.
    case badAddress
    /// A certificate or a key can't be used.
    case badCertificate
    /// The server ran before, or was stopped before it ran.
    case alreadyStopped
    /// Anything else of the system's errors.
    case cannotListen
  }

  package var code: Code
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
