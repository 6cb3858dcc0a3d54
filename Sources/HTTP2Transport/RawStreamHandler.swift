package import GRPCCore
package import NIOCore

/// Serves one stream of a raw route.
///
/// All of it is called on the stream's event loop, in order, and none after ``closed(_:)``. Don't
/// block in it.
package protocol RawStreamHandler: AnyObject {
  /// Takes one whole message.
  ///
  /// The bytes are a part of what was read from the socket: copy what you keep for long, or the rest
  /// stays in memory with it.
  func received(_ message: ByteBuffer)

  /// The client sends no more messages; the stream is still open for those to the client.
  func receivedEnd()

  /// ``RawStream/isWritable`` was false and is true again.
  func becameWritable()

  /// The connection takes no new streams and closes after the grace time at the latest.
  ///
  /// A stream without an end of its own does well to end itself here, so that the client moves to
  /// another connection.
  func connectionIsDraining()

  /// The stream is over: called once for each stream, last.
  func closed(_ end: RawStreamEnd)
}

extension RawStreamHandler {
  package func becameWritable() {}
  package func connectionIsDraining() {}
}

/// Why a stream is over.
package enum RawStreamEnd: Hashable, Sendable {
  /// ``RawStream/close(_:metadata:)`` was called.
  case finished
  /// The client gave the stream up; with its reason in HTTP/2's words.
  case cancelledByClient(String)
  /// The client's deadline (`grpc-timeout`) passed; it was told so.
  case deadlineExceeded
  /// The client broke a rule or hit a limit; it was told so with this status.
  case refused(Status)
  /// The connection closed; with the reason where there is one.
  case connectionLost(String)
}

/// Makes the handler of a new stream, on the stream's event loop.
///
/// To refuse the stream, close it here; the handler is then told no more than that it is closed.
package typealias RawRoute = @Sendable (RawStream, CallHead) -> any RawStreamHandler
