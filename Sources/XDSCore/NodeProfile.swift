/// Which encoding of the mesh a client understands.
package enum NodeProfile: String, CaseIterable, Hashable, Sendable {
  case grpc
}
