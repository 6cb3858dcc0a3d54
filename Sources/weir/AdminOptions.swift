import AdminAPI
import ArgumentParser

/// Where the engine answers consoles and commands.
struct AdminOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The Unix socket by which consoles and commands reach this engine, or off (default: \
      $XDG_RUNTIME_DIR/weir/engine.sock, else /tmp/weir-UID/engine.sock).
      """,
      valueName: "off|path"
    )
  )
  var admin: String?

  @Option(
    name: .customLong("admin-listen"),
    help: ArgumentHelp(
      "Answer them here too, by mutual TLS only; port 0 for a free one.",
      valueName: "address:port"
    ),
    transform: { try HostAndPort(parsing: $0, flag: "--admin-listen") }
  )
  var listen: HostAndPort?

  @Option(
    name: .customLong("admin-tls-cert"),
    help: ArgumentHelp(
      "The certificate for --admin-listen (PEM, with those that signed it).",
      valueName: "file"
    )
  )
  var certificate: String?

  @Option(
    name: .customLong("admin-tls-key"),
    help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file")
  )
  var key: String?

  @Option(
    name: .customLong("admin-tls-client-ca"),
    help: ArgumentHelp(
      "Answer those whose certificate one of these signed (PEM).",
      valueName: "file"
    )
  )
  var clientCA: String?

  func validate() throws {
    guard admin != "" else { throw ValidationError("--admin is empty; want a path, or off") }
    let files = [certificate, key, clientCA]
    if listen != nil, files.contains(nil) {
      throw ValidationError(
        "--admin-listen wants --admin-tls-cert, --admin-tls-key and --admin-tls-client-ca: "
          + "whoever reaches the admin API may change the rules"
      )
    }
    if listen == nil, files.contains(where: { $0 != nil }) {
      throw ValidationError("the flags --admin-tls-... are for --admin-listen, which is missing")
    }
  }

  /// Where the admin API is to be served.
  var places: [AdminServer.Place] {
    var places: [AdminServer.Place] = []
    switch admin {
    case nil:
      if case .unix(let path) = AdminAddress.standard { places.append(.standard(path: path)) }
    case "off"?: break
    case let path?: places.append(.unix(path: path))
    }
    if let listen, let certificate, let key, let clientCA {
      let files = MutualTLSFiles(certificate: certificate, key: key, roots: clientCA)
      places.append(.tcp(host: listen.host, port: listen.port, files))
    }
    return places
  }
}
