package import XDSCore

/// What an xDS client is told at its start: which server to ask, and who it is.
///
/// The format is gRPC's own (gRFC A27); fields that Weir doesn't know are ignored, as it demands.
package struct Bootstrap: Hashable, Sendable {
  /// An xDS management server, reached without TLS.
  package struct Server: Hashable, Sendable {
    package var address: ServerAddress
    /// `server_features`, known or not.
    package var features: Set<String>

    package init(address: ServerAddress, features: Set<String> = []) {
      self.address = address
      self.features = features
    }

    /// Whether a resource that the server no longer lists stays in use (gRFC A53).
    package var ignoresResourceDeletion: Bool { features.contains("ignore_resource_deletion") }
  }

  package struct Locality: Hashable, Sendable {
    package var region: String
    package var zone: String
    package var subZone: String
  }

  /// In order of preference, one at least; Weir's client uses the first.
  package var servers: [Server]
  package var node: Node
  package var locality: Locality?

  package init(servers: [Server], node: Node, locality: Locality? = nil) {
    self.servers = servers
    self.node = node
    self.locality = locality
  }

  /// A bootstrap for one server on this machine or another, by program rather than by file.
  package init(server: ServerAddress, nodeID: String, metadata: [String: String] = [:]) {
    let node = Node(id: nodeID, metadata: metadata)
    self.init(servers: [Server(address: server)], node: Bootstrap.named(node))
  }

  /// Adds what every client says of itself, whatever its bootstrap holds.
  static func named(_ node: Node) -> Node {
    var node = node
    node.userAgentName = "gRPC Swift Weir"
    node.userAgentVersion = "1"
    node.clientFeatures = [
      "envoy.lb.does_not_support_overprovisioning", "xds.config.resource-in-sotw",
    ]
    node.metadata["GENERATOR"] = node.metadata["GENERATOR"] ?? "grpc"
    return node
  }
}
