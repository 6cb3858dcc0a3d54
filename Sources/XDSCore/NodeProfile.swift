/// Which encoding of the mesh a client understands.
package enum NodeProfile: String, CaseIterable, Hashable, Sendable {
  /// Proxyless gRPC in any language.
  case grpc
  case envoy
  /// dubbo-go 3.0.2 to 3.3.0, which reads Istio's older dialect.
  case dubbo
}
