import ArgumentParser
import Foundation

/// Prints what a dubbo-go application needs.
struct DubboBootstrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dubbo",
    abstract: "Prints the registry block of dubbogo.yaml, and what else dubbo-go needs.",
    discussion: "For dubbo-go 3.0.2 to 3.1.1; weights work up to 3.3.0, later ones have no xDS."
  )

  @OptionGroup
  var options: BootstrapOptions

  @Option(
    help: ArgumentHelp(
      "The host's address that dubbo-go finds: the first that isn't loopback.",
      valueName: "ip"
    )
  )
  var ip: String?

  func run() async throws {
    let name = options.name ?? "dubbo-go-client"
    writeAll(text(name: name), to: STDOUT_FILENO)
  }

  private func text(name: String) -> String {
    let address = ip ?? "IP"
    let debug = HostAndPort(host: options.server.host, port: 8_080)
    return """
      # Into conf/dubbogo.yaml; nothing else of it changes. For dubbo-go 3.0.2 to 3.1.1.
      dubbo:
        registries:
          xds:
            protocol: xds
            address: \("\(options.server)".quoted)

      # Before the application starts:
      #   export POD_NAME=\(name) POD_NAMESPACE=default
      #   sudo mkdir -p /var/run/secrets/token
      #   echo any | sudo tee /var/run/secrets/token/istio-token
      # It then is the node sidecar~IP~\(name).default~default.svc.cluster.local, where IP is the
      # host's first address that is not loopback (hostname -I shows it).
      #
      # weir:
      #   weir --mesh external -f mesh.yaml --listen \(options.server) --debug-listen \(debug)
      # dubbo-go asks \(debug) where its interfaces are provided; the port is fixed in it.
      # Interfaces other than the Greeter's: --dubbo-interface INTERFACE=HOST:PORT
      #
      # Each dubbo-go application, a pure consumer too, needs a service of its own, with an endpoint on
      # that address: it looks itself up there, and panics after 5 s where it is missing. Into mesh.yaml:
      #   apiVersion: networking.istio.io/v1
      #   kind: ServiceEntry
      #   metadata: { name: \(name), namespace: default }
      #   spec:
      #     hosts: [\(name).default.svc.cluster.local]
      #     ports: [{ number: 20000, name: triple, protocol: GRPC }]
      #     location: MESH_INTERNAL
      #     resolution: STATIC
      #     endpoints: [{ address: \(address), ports: { triple: 20000 } }]
      #
      # Its calls are counted from its log, which dubbo-go writes to stderr:
      #   your-application 2>> \(name).log
      #   weir … --follow-log 'sidecar~\(address)~\(name).default~default.svc.cluster.local=\(name).log'

      """
  }
}
