import FoundationEssentials

/// The configuration by which a gRPC client finds its control plane, in the standard JSON.
struct BootstrapText: Sendable {
  var xdsAddress: String
  var nodeID: String
  var namespace: String
  var labels: [String: String]

  var json: String {
    let bootstrap = Bootstrap(
      xds_servers: [Bootstrap.Server(server_uri: xdsAddress)],
      node: Bootstrap.Node(
        id: nodeID,
        metadata: Bootstrap.Metadata(NAMESPACE: namespace, LABELS: labels)
      )
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It is made of texts alone, which always encode.
    guard let data = try? encoder.encode(bootstrap) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  private struct Bootstrap: Encodable {
    struct Credentials: Encodable {
      var type = "insecure"
    }

    struct Server: Encodable {
      var server_uri: String
      var channel_creds = [Credentials()]
      var server_features = ["xds_v3"]
    }

    struct Metadata: Encodable {
      var GENERATOR = "grpc"
      var NAMESPACE: String
      var LABELS: [String: String]
    }

    struct Node: Encodable {
      var id: String
      var metadata: Metadata
    }

    var xds_servers: [Server]
    var node: Node
  }
}
