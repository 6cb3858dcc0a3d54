internal import GRPCCore
internal import HTTP2Transport

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Who calls the admin API.
enum AdminCaller: Hashable {
  /// A process of this machine, by the ID of the user that runs it; nil where the system doesn't tell.
  case user(UInt32?)
  /// The owner of a certificate.
  case certificate(PeerIdentity)

  init(_ context: ServerContext) {
    let connection = context.transportSpecific as? ConnectionInfo
    if let identity = connection?.identity {
      self = .certificate(identity)
    } else {
      self = .user(connection?.userID)
    }
  }

  /// Whether it runs on the engine's machine, and so by the same monotonic clock.
  var isHere: Bool {
    switch self {
    case .user: true
    case .certificate: false
    }
  }

  /// What revisions call it that names no author.
  var name: String {
    switch self {
    case .user(let id?): Self.userName(id) ?? "user \(id)"
    case .user(nil): "unknown"
    case .certificate(let identity):
      identity.commonName ?? identity.uris.first ?? identity.dnsNames.first ?? "unknown"
    }
  }

  private static func userName(_ id: UInt32) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    // More than any name and home folder take.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
      guard let memory = buffer.baseAddress,
        getpwuid_r(id, &entry, memory, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return nil }
      return String(cString: name)
    }
  }
}
