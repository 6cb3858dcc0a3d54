#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import NIOCore

/// What NIO doesn't do for Unix domain sockets.
enum UnixSocket {
  /// The system's `struct ucred`, which Glibc's module leaves out.
  private struct Credentials {
    var processID: pid_t = 0
    var userID: uid_t = 0
    var groupID: gid_t = 0
  }

  /// Gives a socket that is not bound yet the mode 0600, which its file then has from its beginning.
  ///
  /// Only Linux heeds that; elsewhere the file's mode has to be set once it is there.
  static func close(_ channel: any Channel, toOthers path: String) throws {
    try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable {
      (socket: NIOBSDSocket.Handle) in
      guard fchmod(socket, 0o600) == 0 else {
        throw IOError(errnoCode: errno, reason: "fchmod of the socket for \(path)")
      }
    }
  }

  /// The ID of the user that runs the process at the other end; nil where the system doesn't tell.
  static func peerUserID(of channel: any Channel) -> UInt32? {
    let known = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable {
      (socket: NIOBSDSocket.Handle) -> UInt32? in
      #if os(Linux)
      var credentials = Credentials()
      var length = socklen_t(MemoryLayout<Credentials>.size)
      let result = getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length)
      return result == 0 ? credentials.userID : nil
      #else
      var user = uid_t()
      var group = gid_t()
      return getpeereid(socket, &user, &group) == 0 ? user : nil
      #endif
    }
    return known ?? nil
  }
}
