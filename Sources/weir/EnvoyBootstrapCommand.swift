import ArgumentParser
import Foundation
import MeshModel

/// Prints a bootstrap file for Envoy.
struct EnvoyBootstrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envoy",
    abstract: "Prints a bootstrap file for Envoy.",
    discussion: """
      weir bootstrap envoy > envoy.yaml
      envoy -c envoy.yaml --drain-time-s 1    # listens where the mesh's services do

      A second Envoy on one machine needs an --admin-port of its own here, and --base-id N there.
      """
  )

  @OptionGroup
  var options: BootstrapOptions

  @OptionGroup
  var node: NodeOptions

  @Flag(help: "Use delta xDS rather than state of the world.")
  var delta = false

  @Option(
    name: .customLong("admin-port"),
    help: "The port of Envoy's administration pages on 127.0.0.1; 0 for a free one."
  )
  var adminPort = 9_901

  @Option(
    name: .customLong("envoy-cluster"),
    help: "What the cluster of the xDS server is called; as in weir's flag of this name."
  )
  var clusterName = "xds-grpc"

  @OptionGroup
  var tls: ClientTLSOptions

  func validate() throws {
    guard (0...65_535).contains(adminPort) else {
      throw ValidationError("--admin-port is \(adminPort); want a port from 0 to 65535")
    }
    guard !clusterName.isEmpty else {
      throw ValidationError("--envoy-cluster is empty; want a name, such as xds-grpc")
    }
  }

  func run() async throws {
    let name = options.name ?? "envoy"
    let bootstrap = EnvoyBootstrap(
      server: options.server,
      nodeID: node.nodeID(of: name),
      name: name,
      isDelta: delta,
      adminPort: adminPort,
      clusterName: clusterName,
      tls: tls.files
    )
    writeAll(bootstrap.text, to: STDOUT_FILENO)
  }
}

/// The file's content.
private struct EnvoyBootstrap {
  let server: HostAndPort
  let nodeID: String
  let name: String
  let isDelta: Bool
  let adminPort: Int
  let clusterName: String
  let tls: ClientTLSFiles?

  var text: String {
    """
    # A second Envoy on one machine needs a number of its own and an administration port of its own:
    # envoy --base-id 1, and weir bootstrap envoy --admin-port \(adminPort == 9_902 ? 9_903 : 9_902).
    node:
      id: \(nodeID.quoted)
      cluster: \(name.quoted)
    admin:
      address: { socket_address: { address: 127.0.0.1, port_value: \(adminPort) } }
    dynamic_resources:
      ads_config:
        api_type: \(isDelta ? "DELTA_GRPC" : "GRPC")
        transport_api_version: V3
        set_node_on_first_message_only: true
        grpc_services: [{ envoy_grpc: { cluster_name: \(clusterName.quoted) } }]
      cds_config: { ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s }
      lds_config: { ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s }
    # Reports of how many calls went where, beside the access log that weir asks for.
    cluster_manager:
      load_stats_config:
        api_type: GRPC
        transport_api_version: V3
        grpc_services: [{ envoy_grpc: { cluster_name: \(clusterName.quoted) } }]
    static_resources:
      clusters:
      # weir itself. The access log goes to the cluster of this name, too.
      - name: \(clusterName.quoted)
        type: \(isAddress ? "STATIC" : "STRICT_DNS\n    dns_lookup_family: V4_PREFERRED")
        connect_timeout: 1s
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config:
              http2_protocol_options:
                connection_keepalive: { interval: 30s, timeout: 5s }
        load_assignment:
          cluster_name: \(clusterName.quoted)
          endpoints:
          - lb_endpoints:
            - endpoint:
                address:
                  socket_address: { address: \(server.host.quoted), port_value: \(server.port) }
    \(tls.map(transportSocket) ?? "")
    """
  }

  private func transportSocket(_ tls: ClientTLSFiles) -> String {
    var text = """
          transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
      \(isAddress ? "" : "        sni: \(server.host.quoted)\n")\
              common_tls_context:
                alpn_protocols: [h2]
                validation_context:
                  trusted_ca: { filename: \(tls.authorities.quoted) }
                  match_typed_subject_alt_names:
                  - { san_type: \(isAddress ? "IP_ADDRESS" : "DNS"), matcher: { exact: \(server.host.quoted) } }

      """
    if let certificate = tls.certificate, let key = tls.key {
      text += """
                  tls_certificates:
                  - certificate_chain: { filename: \(certificate.quoted) }
                    private_key: { filename: \(key.quoted) }

        """
    }
    return text
  }

  /// Whether the server is given by address rather than by name.
  private var isAddress: Bool { IPAddressText.isIPAddress(server.host) }
}
