package import MeshModel
package import XDSCore

/// What a route does to its calls beside choosing a cluster, of all that proxyless gRPC obeys.
package struct CallConduct: Sendable {
  /// From when the route is chosen to the end of the call, all tries included; nil for no limit.
  package let timeout: Duration?
  package let retry: RetryPlan?
  package let fault: HTTPFault?
  /// The request headers that are hashed to choose an endpoint.
  package let hashedHeaders: [String]

  /// nil where the route does nothing of it.
  package init?(_ settings: RouteSettings) {
    // In gRPC 0 is no limit.
    timeout = settings.timeout.flatMap { $0 > .zero ? $0 : nil }
    retry = settings.retry.flatMap(RetryPlan.init)
    fault = settings.fault.flatMap { $0.delay == nil && $0.abort == nil ? nil : $0 }
    hashedHeaders = settings.hashPolicies.compactMap { policy in
      if case .header(let name) = policy { name } else { nil }
    }
    if timeout == nil, retry == nil, fault == nil, hashedHeaders.isEmpty { return nil }
  }

  /// The hash of a call's headers; nil where it has none of those (gRFC A42).
  package func hash(_ headers: borrowing some HeaderLookup) -> UInt64? {
    var hash: UInt64?
    for name in hashedHeaders {
      guard let value = headers.headerValue(named: name) else { continue }
      let earlier = hash.map { ($0 << 1) | ($0 >> 63) } ?? 0
      hash = earlier ^ XXHash64.hash(value)
    }
    return hash
  }
}
