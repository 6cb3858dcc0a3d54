internal import GRPCCore
internal import HTTP2Transport

/// Why the control plane can't serve.
package struct ControlPlaneError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// The host is beyond this machine though nothing is encrypted, or isn't an address at all.
    case hostNotAllowed
    /// The port isn't from 0 to 65535.
    case portOutOfRange
    case addressInUse
    /// The system refused the port, as it does below 1024 for ordinary users.
    case permissionDenied
    /// The address can't be listened on for another reason.
    case cannotListen
    /// A rule for certificates can't be read.
    case badIdentityRule
    /// A certificate, key or CA file can't be used.
    case badCertificate
    /// `run` was called a second time.
    case alreadyRan
    /// The control plane ended before it listened.
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

  static let stopped = ControlPlaneError(.stopped, "the control plane has stopped listening")
}

extension ControlPlaneError {
  /// Says why the server couldn't listen, from whatever it threw.
  init(listeningOn address: ListenAddress, failedWith error: any Error) {
    var cause: any Error = error
    while let next = (cause as? RuntimeError)?.cause { cause = next }
    let prefix = "can't listen on \(address): "
    guard let error = cause as? TransportError else {
      self.init(.cannotListen, prefix + "\(cause)")
      return
    }
    switch error.code {
    case .addressInUse:
      self.init(
        .addressInUse,
        prefix + "address already in use; stop what listens there or choose another address"
      )
    case .permissionDenied:
      self.init(.permissionDenied, prefix + "permission denied; choose a port of 1024 or above")
    case .badAddress:
      self.init(.cannotListen, prefix + "this machine doesn't have the address")
    case .badCertificate:
      self.init(.badCertificate, error.message)
    case .alreadyStopped, .cannotListen:
      self.init(.cannotListen, prefix + error.message)
    }
  }
}
