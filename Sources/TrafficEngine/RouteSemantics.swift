/// Whose reading of routes a ``RouteTable`` follows, where readings differ.
package enum RouteSemantics: Hashable, Sendable {
  /// Proxyless gRPC's (gRFC A27, A28): no pseudo-headers and no `-bin` headers are seen, and routes
  /// that look at query parameters are left out.
  case grpc
  /// Envoy's, since its version 1.39: the query is no part of the path that is matched; pseudo-headers
  /// are headers; a header that is absent may count as empty; of a header's values each is matched by
  /// itself, where earlier versions joined them; the case of matchers' header names means nothing.
  case envoy
}
