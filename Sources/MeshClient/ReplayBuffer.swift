import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// What was sent of a request, to be sent again by another try.
struct ReplayBuffer {
  /// Of messages; gRPC's own bound for one call.
  static let maximumBytes = 256 * 1024

  private(set) var parts: [LazyStream.Part] = []
  private var bytes = 0
  /// Whether the request was complete.
  var isFinished = false

  /// False where the request is too large to be kept.
  mutating func append(_ part: LazyStream.Part) -> Bool {
    if case .message(let message) = part {
      bytes += message.withUnsafeBytes { $0.count }
      guard bytes <= ReplayBuffer.maximumBytes else { return false }
    }
    parts.append(part)
    return true
  }

  /// Tells the server how many tries came before (gRFC A6).
  mutating func notePreviousTries(_ count: Int) {
    guard case .metadata(var metadata)? = parts.first else { return }
    metadata.replaceOrAddString("\(count)", forKey: "grpc-previous-rpc-attempts")
    parts[0] = .metadata(metadata)
  }
}
