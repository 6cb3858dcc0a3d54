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
  /// The client's certificate may not speak for the node that it claims to be.
  case notAllowed(nodeID: String, identities: [String])
  /// A response could not be turned into bytes: our own fault.
  case unencodable(String)
  /// Requests came, and nothing was published.
  case nothingPublished
  /// The connection is to be closed, for its age.
  case draining
  case stopping

  var reason: String {
    switch self {
    case .closedByClient: "the client closed the stream"
    case .lost(let reason): reason
    case .protocolViolation(let reason): reason
    case .tooManyNames(let count, let limit):
      "a DiscoveryRequest names \(count) resources; want at most \(limit)"
    case .tooManyStreams(let limit): "\(limit) streams are open; want no more"
    case .notAllowed(let nodeID, let identities):
      """
      the certificate of \(identities.isEmpty ? "nobody" : identities.joined(separator: ", ")) \
      may not be used by node \(nodeID)
      """
    case .unencodable(let what): "a response with \(what) could not be encoded"
    case .nothingPublished: "no configuration has been published yet"
    case .draining: "the connection has reached its age; open another"
    case .stopping: "the control plane is stopping"
    }
  }

  /// The gRPC status code to end with; nil for OK.
  var code: RPCError.Code? {
    switch self {
    case .closedByClient: nil
    case .lost: .cancelled
    case .protocolViolation, .tooManyNames: .invalidArgument
    case .tooManyStreams: .resourceExhausted
    case .notAllowed: .permissionDenied
    case .unencodable: .internalError
    case .nothingPublished, .draining, .stopping: .unavailable
    }
  }

  /// The status to end the RPC with; nil for OK.
  var status: RPCError? { code.map { RPCError(code: $0, message: reason) } }
}
