package import GRPCCore
internal import NIOHPACK

/// How a client opened a stream: the call it makes and what it says about it.
package struct CallHead: Sendable {
  /// Such as `/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources`.
  package let path: String
  /// The name that the client dialled (`:authority`); empty where it gave none.
  package let authority: String
  /// How long the client waits for the end of the stream; nil for as long as it takes.
  package let timeout: Duration?
  private let headers: HPACKHeaders

  init(path: String, authority: String, timeout: Duration?, headers: HPACKHeaders) {
    self.path = path
    self.authority = authority
    self.timeout = timeout
    self.headers = headers
  }

  /// The values of a header, by its name in lower case; those of `-bin` headers as they came.
  package func values(of name: String) -> [String] {
    headers[name]
  }

  /// The client's metadata: every header but HTTP/2's own.
  ///
  /// O(n), made anew each time.
  package var metadata: Metadata { Metadata(headers) }
}
