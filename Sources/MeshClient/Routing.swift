import GRPCCore
import MeshModel
import Synchronization
import TrafficEngine
import XDSCore

/// One configuration in force, compiled and immutable: all that a call needs to find its endpoint.
final class Routing: Sendable {
  let name: String
  let authority: String
  let table: RouteTable
  /// The `version_info` of the route configuration.
  let routeVersion: String
  /// Parallel to the table's clusters.
  let clusters: [ClusterEndpoints]
  /// The headers that the routes look at, lower case, each once.
  let matchedHeaders: [String]
  /// ``matchedHeaders`` and those that are reported in any case.
  let reportedHeaders: [String]

  /// - Parameters:
  ///   - listener: The configuration.
  ///   - pool: Has been updated by the same listener.
  ///   - seed: Tells with which endpoint each cluster begins.
  ///   - alwaysReported: Headers that call reports hold whether routes look at them or not.
  init(
    _ listener: ResolvedListener,
    pool: EndpointPool,
    seed: UInt64,
    alwaysReported: [String] = []
  ) {
    let table = RouteTable(listener.routeConfiguration, authority: listener.listenerName)
    self.table = table
    name = listener.routeConfiguration.name
    authority = listener.listenerName
    routeVersion = listener.routeVersion
    clusters = table.clusters.map { name in
      ClusterEndpoints(name: name, listener.clusters[name], pool: pool, firstTurn: seed)
    }
    let matched = listener.routeConfiguration.headers(ofVirtualHost: table.virtualHostName)
    matchedHeaders = matched
    reportedHeaders = matched + alwaysReported.filter { !matched.contains($0) }
  }

  /// Why a call gets no place by it.
  ///
  /// - Parameters:
  ///   - words: What follows the configuration's name and version.
  ///   - target: The dial target.
  /// - Returns: The error, `unavailable`.
  func refusal(_ words: String, target: String) -> RPCError {
    .unavailable("\(target): route configuration \(name) (version \(routeVersion))\(words)")
  }
}

/// The endpoints of one cluster, taken in turn.
final class ClusterEndpoints: Sendable {
  /// What a call can do with the cluster at this moment.
  enum Pick: Sendable {
    /// The call has its place there, and has to leave it.
    case endpoint(EndpointConnection)
    /// Some endpoint is being connected to.
    case wait
    case none(reason: String)
  }

  let name: String
  private let endpoints: [EndpointConnection]
  /// Why there are none, where there are none.
  private let emptyReason: String
  private let turn: Mutex<RoundRobin>

  init(
    name: String,
    _ cluster: ResolvedCluster?,
    pool: EndpointPool,
    firstTurn: UInt64
  ) {
    self.name = name
    endpoints = cluster?.endpoints?.preferredEndpoints.compactMap { pool[$0] } ?? []
    emptyReason = cluster?.failure ?? "no usable endpoint"
    turn = Mutex(RoundRobin(startingAt: firstTurn))
  }

  /// Takes the next ready endpoint, as gRPC's round_robin does.
  ///
  /// Costs no more than one look at an endpoint while all are ready.
  func pick() -> Pick {
    guard let first = turn.withLock({ $0.next(of: endpoints.count) }) else {
      return .none(reason: emptyReason)
    }
    var isConnecting = false
    var lastReason = ""
    for offset in endpoints.indices {
      let endpoint = endpoints[(first + offset) % endpoints.count]
      switch endpoint.enter() {
      case .taken: return .endpoint(endpoint)
      case .connecting, .retired: isConnecting = true
      case .down(let reason): lastReason = "\(endpoint.hostPort): \(reason)"
      }
    }
    return isConnecting ? .wait : .none(reason: lastReason)
  }
}

extension ClusterLoadAssignment {
  /// The usable endpoints of the first priority that has any.
  fileprivate var preferredEndpoints: [Endpoint] {
    let usable = localities.filter { locality in
      locality.weight > 0 && locality.endpoints.contains(where: \.health.isUsable)
    }
    let priority = usable.map(\.priority).min()
    return usable.filter { $0.priority == priority }.flatMap(\.endpoints).filter(\.health.isUsable)
  }
}

extension RouteConfiguration {
  /// The headers that the virtual host's routes look at, each once.
  fileprivate func headers(ofVirtualHost name: String?) -> [String] {
    var headers: [String] = []
    for host in virtualHosts where host.name == name {
      for header in host.routes.flatMap(\.match.headers) where !headers.contains(header.name) {
        headers.append(header.name)
      }
    }
    return headers
  }
}

/// Request metadata as route matchers see it.
struct MetadataLookup: HeaderLookup {
  let metadata: Metadata

  func headerValue(named name: String) -> String? {
    var value: String?
    for text in metadata[stringValues: name] {
      value = value.map { "\($0),\(text)" } ?? text
    }
    return value
  }

  /// The headers of those names that are there.
  func fields(named names: [String]) -> [HeaderField] {
    names.compactMap { name in
      headerValue(named: name).map { HeaderField(name: name, value: $0) }
    }
  }
}
