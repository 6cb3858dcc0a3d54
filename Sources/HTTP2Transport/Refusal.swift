internal import GRPCCore

/// Why a stream is ended by the transport itself: what the client is told.
struct Refusal: Error, Hashable {
  var status: Status
  var metadata: Metadata = [:]

  init(_ code: Status.Code, _ message: String, metadata: Metadata = [:]) {
    self.status = Status(code: code, message: message)
    self.metadata = metadata
  }

  /// Messages are taken as they are, so a client that compresses has to stop.
  static func compression(_ name: String) -> Self {
    Self(
      .unimplemented,
      "compression '\(name)' isn't supported; want identity",
      metadata: ["grpc-accept-encoding": "identity"]
    )
  }
}
