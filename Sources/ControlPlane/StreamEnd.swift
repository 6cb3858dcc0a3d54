internal import GRPCCore

/// Why a stream ends, in words for the client, the operator and the log.
enum StreamEnd: Error, Hashable, Sendable {
  /// The client sent its end of stream.
  case closedByClient
  /// The transport failed, or the client cancelled.
  case lost(String)
  case protocolViolation(String)
  case tooManyNames(Int, limit: Int)
  case tooManyStreams(Int)
  /// Requests came, and nothing was published.
  case nothingPublished
  case stopping

  var reason: String {
    switch self {
    case .closedByClient: "the client closed the stream"
    case .lost(let reason): reason
    case .protocolViolation(let reason): reason
    case .tooManyNames(let count, let limit):
      "a DiscoveryRequest names \(count) resources; want at most \(limit)"
    case .tooManyStreams(let limit): "\(limit) streams are open; want no more"
    case .nothingPublished: "no configuration has been published yet"
    case .stopping: "the control plane is stopping"
    }
  }

  /// The status to end the RPC with; nil for OK.
  var status: RPCError? {
    switch self {
    case .closedByClient: nil
    case .lost: RPCError(code: .cancelled, message: reason)
    case .protocolViolation, .tooManyNames: RPCError(code: .invalidArgument, message: reason)
    case .tooManyStreams: RPCError(code: .resourceExhausted, message: reason)
    case .nothingPublished, .stopping: RPCError(code: .unavailable, message: reason)
    }
  }
}
