internal import NIOHTTP2

/// What an operator should know: a limit that a client hit, or a certificate that isn't taken.
///
/// A client can cause thousands of them, so whoever shows them has to thin them out.
package struct TransportNotice: Hashable, Sendable {
  package enum Kind: Hashable, Sendable, CaseIterable {
    /// ``TransportLimits/maxMessageBytes``.
    case messageBytes
    /// ``TransportLimits/maxStreamsPerConnection``.
    case streams
    /// ``TransportLimits/maxConnections``.
    case connections
    /// ``TransportLimits/maxHeaderListBytes``.
    case headerBytes
    /// ``TransportLimits/maxResetsPerSecond``.
    case resets
    /// ``TransportLimits/maxControlFramesPerSecond``.
    case controlFrames
    /// ``TransportKeepalive/minPingInterval``.
    case pings
    /// ``TransportLimits/setUpTimeout``.
    case setUpTime
    /// ``TransportKeepalive/timeout``.
    case silence
    /// New files of ``TLSFiles`` came into force.
    case newCertificate
    /// New files of ``TLSFiles`` can't be used; the old certificate stays.
    case badCertificate
  }

  package var kind: Kind
  /// The client's address; empty where it is about none.
  package var client: String
  /// What was found and what is allowed.
  package var text: String

  package init(_ kind: Kind, client: String = "", _ text: String) {
    self.kind = kind
    self.client = client
    self.text = text
  }
}

extension TransportLimits {
  /// Which limit an error of swift-nio-http2 is about; nil where it is about none.
  func limit(behind error: any Error) -> (TransportNotice.Kind, String)? {
    switch error {
    case is NIOHTTP2Errors.MaxStreamsViolation:
      (.streams, "more than \(maxStreamsPerConnection) streams on a connection")
    case is NIOHTTP2Errors.ExcessivelyLargeHeaderBlock,
      is NIOHTTP2Errors.ExcessiveContinuationFrames:
      (.headerBytes, "headers of more than \(maxHeaderListBytes) bytes")
    case is NIOHTTP2Errors.ExcessiveRSTFrames, is NIOHTTP2Errors.ExcessiveStreamErrors:
      (.resets, "more than \(maxResetsPerSecond) resets a second")
    case is NIOHTTP2Errors.ExcessiveControlFrames:
      (.controlFrames, "more than \(maxControlFramesPerSecond) pings and settings a second")
    default:
      nil
    }
  }
}
