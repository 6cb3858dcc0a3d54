import MeshModel

/// A service port as a proxy listens for its calls.
struct BoundPort: Sendable {
  /// Where services without an address of their own are listened for.
  static let sharedAddress = "127.0.0.1"

  let port: ServicePort
  /// IP addresses, at least one.
  let addresses: [String]
  /// With the domains that it has among other virtual hosts.
  let virtualHost: VirtualHost
  /// The request headers that its rules look at.
  let headerNames: [String]
}

/// The bound listeners of a mesh and their route configurations.
///
/// - A service port alone on an address of its own: listener `ADDRESS_PORT`, route configuration
///   `HOST:PORT`, which takes any authority.
/// - Several on one address: listener `ADDRESS_PORT`, and one route configuration with a virtual
///   host for each, so that the authority decides. On the shared address it is named `PORT`, as
///   Istio does, and takes any authority while there is only one service.
struct SocketListeners: Sendable {
  /// So many header names may be logged for the sake of rules that are gone.
  static let mostLoggedHeaders = 64

  private struct Socket: Hashable {
    let address: String
    let port: UInt16
  }

  private(set) var resources: [Resource] = []
  /// The service ports behind each socket, by `address:port`.
  private(set) var ports: [String: [ServicePort]] = [:]
  private(set) var notes: [SnapshotNote] = []

  static let none = SocketListeners()

  private init() {}

  /// Listens for all of them.
  ///
  /// - Parameters:
  ///   - bound: In any order.
  ///   - hosts: Of the same services.
  ///   - profile: Whose listeners.
  ///   - accessLogCluster: Where calls are logged to; nil for nowhere.
  ///   - previous: A listener of this name before; the headers it logs are kept, so that a rule that
  ///     goes, and perhaps comes back, doesn't change the listener, which would end its connections.
  init(
    _ bound: [BoundPort],
    hosts: HostIndex,
    profile: NodeProfile,
    accessLogCluster: String?,
    previous: (String) -> Listener?
  ) {
    var groups: [Socket: [BoundPort]] = [:]
    for port in bound.sorted(by: { $0.port.host < $1.port.host }) {
      for address in port.addresses {
        groups[Socket(address: address, port: port.port.port), default: []].append(port)
      }
    }
    var seen: Set<String> = []
    for (socket, members) in groups {
      let isShared = socket.address == BoundPort.sharedAddress
      let name = "\(socket.address)_\(socket.port)"
      let routes: RouteConfiguration
      if isShared {
        routes = Self.sharedRoutes(named: "\(socket.port)", members, hosts: hosts)
      } else if members.count == 1 {
        routes = Self.ownRoutes(named: profile.routeConfigurationName(members[0].port), members[0])
      } else {
        routes = Self.sharedRoutes(named: name, members, hosts: hosts)
      }
      if seen.insert(routes.name).inserted { resources.append(.routeConfiguration(routes)) }
      let old = previous(name)?.socket?.accessLog?.requestHeaders ?? []
      let log = accessLogCluster.map {
        Listener.AccessLog(cluster: $0, requestHeaders: Self.headers(members, keeping: old))
      }
      let endpoint = Endpoint(address: socket.address, port: socket.port)
      resources.append(
        .listener(
          Listener(
            name: name,
            routeConfigurationName: routes.name,
            socket: Listener.Socket(address: socket.address, port: socket.port, accessLog: log),
            filters: profile.listenerFilters
          )
        )
      )
      ports[endpoint.hostPort] = members.map(\.port)
      if members.count > 1 {
        notes.append(SnapshotNote(profile, Self.ambiguity(endpoint.hostPort, members)))
      }
    }
    notes.sort { $0.message < $1.message }
  }

  private static func ownRoutes(named name: String, _ member: BoundPort) -> RouteConfiguration {
    var host = member.virtualHost
    host.domains = ["*"]
    return RouteConfiguration(name: name, virtualHosts: [host])
  }

  /// Each domain once, since Envoy refuses all routes where one occurs twice.
  private static func sharedRoutes(
    named name: String,
    _ members: [BoundPort],
    hosts: HostIndex
  ) -> RouteConfiguration {
    var taken: Set<String> = []
    var virtualHosts: [VirtualHost] = []
    for member in members {
      var host = member.virtualHost
      // A short name may be that of several services.
      host.domains = host.domains.filter { domain in
        let meant = hosts.find(domain)?.host ?? hosts.find("\(domain):\(member.port.port)")?.host
        return (meant == member.port.host || domain.hasPrefix(member.port.host.description))
          && !domain.dropFirst().contains("*") && taken.insert(domain).inserted
      }
      if members.count == 1, taken.insert("*").inserted { host.domains.append("*") }
      if !host.domains.isEmpty { virtualHosts.append(host) }
    }
    return RouteConfiguration(name: name, virtualHosts: virtualHosts)
  }

  private static func headers(_ members: [BoundPort], keeping old: [String]) -> [String] {
    let wanted = Set(members.flatMap(\.headerNames))
    let all = wanted.union(old)
    return (all.count <= mostLoggedHeaders ? all : wanted).sorted()
  }

  private static func ambiguity(_ socket: String, _ members: [BoundPort]) -> String {
    "\(members.count) services share \(socket), so that calls must tell theirs by :authority; "
      + "give each an address of its own where they don't"
  }
}
