import GRPCCore
import MeshModel
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
  /// Parallel to the table's routes; empty where none of them does more than choose a cluster.
  private let conducts: [CallConduct?]
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
    let conducts = table.routes.map { CallConduct($0.settings) }
    self.conducts = conducts.contains { $0 != nil } ? conducts : []
    let matched = listener.routeConfiguration.headers(ofVirtualHost: table.virtualHostName)
    matchedHeaders = matched
    reportedHeaders = matched + alwaysReported.filter { !matched.contains($0) }
  }

  /// What a route does to its calls beside choosing a cluster; nil for nothing.
  func conduct(ofRoute index: Int) -> CallConduct? {
    conducts.isEmpty ? nil : conducts[index]
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
