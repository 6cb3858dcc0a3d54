internal import Synchronization
internal import XDSCore

/// Encoded responses of one published snapshot set: each is encoded once, whoever asks.
final class ResponseCache: Sendable {
  private struct State {
    var slots: [ServerResponse.Key: Slot] = [:]
    var bytes = 0
  }

  /// One response's bytes; its lock makes those who ask while it is encoded wait for that.
  private final class Slot: Sendable {
    let response = Mutex<EncodedResponse?>(nil)
  }

  private let encoder: ResponseEncoder
  private let maxResponses: Int
  private let maxBytes: Int
  private let state = Mutex(State())

  /// Creates an empty cache.
  ///
  /// - Parameters:
  ///   - encoder: What encodes a response that isn't kept yet.
  ///   - maxResponses: More than these are encoded each time.
  ///   - maxBytes: Once that many bytes are kept, further responses are encoded each time.
  init(encoder: ResponseEncoder, maxResponses: Int, maxBytes: Int) {
    self.encoder = encoder
    self.maxResponses = maxResponses
    self.maxBytes = maxBytes
  }

  func encoded(_ response: ServerResponse) throws -> EncodedResponse {
    guard let slot = slot(for: response.cacheKey) else {
      return try EncodedResponse(encoder.bytes(of: response))
    }
    return try slot.response.withLock { cached in
      if let cached { return cached }
      let bytes = try encoder.bytes(of: response)
      state.withLock { $0.bytes += bytes.count }
      let encoded = EncodedResponse(bytes)
      cached = encoded
      return encoded
    }
  }

  /// The key's slot; nil where it has none and there is no room for one more.
  private func slot(for key: ServerResponse.Key) -> Slot? {
    state.withLock { state in
      if let slot = state.slots[key] { return slot }
      guard state.slots.count < maxResponses, state.bytes < maxBytes else { return nil }
      let slot = Slot()
      state.slots[key] = slot
      return slot
    }
  }
}
