internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Why the debug server can't serve, or what is wrong with a flag of it.
package struct DebugServerError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// The host is not a loopback address, or not an address at all.
    case hostNotAllowed
    /// The port is not from 0 to 65535.
    case portOutOfRange
    case addressInUse
    /// The address can't be listened on for another reason.
    case cannotListen
    /// An interface is not written as `NAME=HOST:PORT`.
    case interfaceMalformed
    /// `run` was called a second time.
    case alreadyRan
    /// The server ended before it listened.
    case stopped
  }

  package let code: Code
  /// A sentence for an operator: what was tried, what was found, what to do.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }

  static let stopped = DebugServerError(.stopped, "the debug server has stopped listening")
}

extension DebugServerError {
  /// Says why the server couldn't listen, from whatever the transport threw.
  init(listeningOn address: DebugServer.Address, failedWith error: any Error) {
    let prefix = "can't serve the debug pages on \(address): "
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE:
      self.init(
        .addressInUse,
        prefix + "address already in use; stop what listens there, or choose another with "
          + "--debug-listen ADDRESS:PORT (dubbo-go clients need port 8080), or --debug-listen off"
      )
    case EACCES, EPERM:
      self.init(
        .cannotListen,
        prefix + "permission denied; choose a port of 1024 or above with --debug-listen"
      )
    case EADDRNOTAVAIL:
      self.init(
        .cannotListen,
        prefix + "this machine doesn't have the address; choose another with --debug-listen"
      )
    default:
      self.init(.cannotListen, prefix + "\(error)")
    }
  }
}
