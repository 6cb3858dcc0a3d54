import ArgumentParser
import Foundation

/// Prints a bootstrap file for proxyless gRPC.
struct GRPCBootstrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grpc",
    abstract: "Prints a bootstrap file for a proxyless gRPC client, in any language.",
    discussion: """
      weir bootstrap grpc > bootstrap.json
      GRPC_XDS_BOOTSTRAP=bootstrap.json your-client    # which dials xds:///HOST:PORT
      """
  )

  @OptionGroup
  var options: BootstrapOptions

  @OptionGroup
  var node: NodeOptions

  @OptionGroup
  var tls: ClientTLSOptions

  func run() async throws {
    try await reportingErrors {
      let bootstrap = GRPCBootstrap(
        server: "\(options.server)",
        nodeID: node.nodeID(of: options.name ?? "grpc-client"),
        tls: tls.files
      )
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let text = String(decoding: try encoder.encode(bootstrap), as: UTF8.self)
      writeAll(text + "\n", to: STDOUT_FILENO)
    }
  }
}

/// The file's content (gRFC A27, and A65 for TLS).
private struct GRPCBootstrap: Encodable {
  struct Server: Encodable {
    let server_uri: String
    let channel_creds: [Credentials]
    let server_features = ["xds_v3"]
  }

  struct Credentials: Encodable {
    let type: String
    let config: Files?
  }

  struct Files: Encodable {
    let ca_certificate_file: String
    let certificate_file: String?
    let private_key_file: String?
  }

  struct Node: Encodable {
    let id: String
    let metadata = ["GENERATOR": "grpc"]
  }

  let xds_servers: [Server]
  let node: Node

  init(server: String, nodeID: String, tls: ClientTLSFiles?) {
    let files = tls.map {
      Files(
        ca_certificate_file: $0.authorities,
        certificate_file: $0.certificate,
        private_key_file: $0.key
      )
    }
    let credentials = Credentials(type: files == nil ? "insecure" : "tls", config: files)
    xds_servers = [Server(server_uri: server, channel_creds: [credentials])]
    node = Node(id: nodeID)
  }
}
