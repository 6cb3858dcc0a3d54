import MeshModel

/// Finds services by any of their names, without a table entry for each alias.
struct HostIndex: Sendable {
  private var ports: [String: [UInt16]] = [:]
  /// Hosts by their first label; where several namespaces have it, `default` wins, then the first.
  private var shortNames: [Substring: HostName] = [:]

  init() {}

  init(_ services: [MeshService]) {
    for service in services.sorted(by: { $0.host < $1.host })
    where ports[service.host.description] == nil {
      ports[service.host.description] = service.ports.map(\.number)
      insertShortName(of: service.host)
    }
  }

  /// The service port meant by `host:port`, or by `host` where the service has only one.
  func find(_ authority: String) -> ServicePort? {
    let target = DialTarget(authority)
    guard let host = qualified(target.host), let ports = ports[host.description] else { return nil }
    guard let port = target.port else {
      return ports.count == 1 ? ServicePort(host: host, port: ports[0]) : nil
    }
    return ports.contains(port) ? ServicePort(host: host, port: port) : nil
  }

  /// The port that a destination without one means: the host's only one, else nil.
  func onlyPort(of host: HostName) -> UInt16? {
    guard let ports = ports[host.description], ports.count == 1 else { return nil }
    return ports[0]
  }

  private func qualified(_ host: String) -> HostName? {
    if ports[host] != nil { return HostName(host) }
    guard host.contains(".") else { return shortNames[Substring(host)] }
    // `a.b`, `a.b.svc` and `a.b.svc.cluster`.
    for ending in [".svc.cluster.local", ".cluster.local", ".local"] {
      let name = host + ending
      if name.hasSuffix(HostName.clusterDomain), ports[name] != nil { return HostName(name) }
    }
    return nil
  }

  private mutating func insertShortName(of host: HostName) {
    guard let alias = host.aliases.last, !alias.contains(".") else { return }
    let isDefault = host == HostName(alias, inNamespace: "default")
    if shortNames[Substring(alias)] == nil || isDefault {
      shortNames[Substring(alias)] = host
    }
  }
}

/// What a client dials, `host:port` or `host`, taken apart.
struct DialTarget: Hashable, Sendable {
  /// Lower case.
  let host: String
  let port: UInt16?

  init(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else {
      host = text.lowercased()
      port = nil
      return
    }
    host = text[..<colon].lowercased()
    self.port = port
  }
}
