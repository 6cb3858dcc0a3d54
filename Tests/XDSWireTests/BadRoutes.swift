import SwiftProtobuf
import XDSProtos

private let place = "virtual host \(host):20000: "
private let first = place + "route admin: "
private let second = place + "route rule-2: "

let badRoutes: [Spoiled<Envoy_Config_Route_V3_RouteConfiguration>] = [
  .init("name is missing") { $0.name = "" },
  .init("domain \(host) is there twice") { $0.virtualHosts.append($0.virtualHosts[0]) },
  .init(place + "domains are missing") { $0.virtualHosts[0].domains = [] },
  .init(first + "match is missing") { $0.virtualHosts[0].routes[0].clearMatch() },
  .init(place + "routes[0]: match is missing") {
    $0.virtualHosts[0].routes[0].clearMatch()
    $0.virtualHosts[0].routes[0].name = ""
  },
  .init(first + "path is missing; want prefix, path or safe_regex") {
    $0.virtualHosts[0].routes[0].match.pathSpecifier = nil
  },
  .init(first + "path_separated_prefix; want prefix, path or safe_regex") {
    $0.virtualHosts[0].routes[0].match.pathSeparatedPrefix = "/api"
  },
  .init(first + "connect_matcher; want prefix, path or safe_regex") {
    $0.virtualHosts[0].routes[0].match.connectMatcher = .init()
  },
  .init(first + "path_match_policy; want prefix, path or safe_regex") {
    $0.virtualHosts[0].routes[0].match.pathMatchPolicy = .init()
  },
  .init(first + "runtime_fraction: denominator is 9; want 0, 1 or 2") {
    $0.virtualHosts[0].routes[0].match.runtimeFraction.defaultValue.denominator = .UNRECOGNIZED(9)
  },
  .init(first + "header : name is missing") {
    $0.virtualHosts[0].routes[0].match.headers[0].name = ""
  },
  .init(first + "header user: the matcher says nothing of the value; want string_match or such") {
    $0.virtualHosts[0].routes[0].match.headers[0].headerMatchSpecifier = nil
  },
  .init(first + "header user: string_match is empty; want a pattern") {
    $0.virtualHosts[0].routes[0].match.headers[0].stringMatch = .init()
  },
  .init(first + "header user: range_match is 5 to 4; want start <= end") {
    $0.virtualHosts[0].routes[0].match.headers[0].rangeMatch.start = 5
    $0.virtualHosts[0].routes[0].match.headers[0].rangeMatch.end = 4
  },
  .init(first + "cluster is empty") { $0.virtualHosts[0].routes[0].route.cluster = "" },
  .init(first + "route names no cluster; want cluster or weighted_clusters") {
    $0.virtualHosts[0].routes[0].route.clusterSpecifier = nil
  },
  .init(first + "cluster_specifier_plugin is p; want cluster or weighted_clusters") {
    $0.virtualHosts[0].routes[0].route.clusterSpecifierPlugin = "p"
  },
  .init(first + "retry_policy.num_retries is 0; want 1 or more") {
    $0.virtualHosts[0].routes[0].route.retryPolicy.numRetries = 0
  },
  .init(place + "retry_policy.retry_back_off.base_interval is missing") {
    $0.virtualHosts[0].retryPolicy.retryBackOff = .init()
  },
  .init(second + "weights sum to 0; want from 1 to 4294967295") { message in
    message.virtualHosts[0].routes[1].route.weightedClusters.clusters[0].weight = 0
    message.virtualHosts[0].routes[1].route.weightedClusters.clusters[1].weight = 0
  },
  .init(second + "weights sum to 0; want from 1 to 4294967295") {
    $0.virtualHosts[0].routes[1].route.weightedClusters = .init()
  },
  .init(second + "weights sum to 4294967305; want from 1 to 4294967295") {
    $0.virtualHosts[0].routes[1].route.weightedClusters.clusters[0].weight = 4_294_967_295
  },
  .init(second + "weight of \(clusterName("v1")) is missing; want one, 0 or more") {
    $0.virtualHosts[0].routes[1].route.weightedClusters.clusters[0].clearWeight()
  },
  .init(second + "a weighted cluster has no name") {
    $0.virtualHosts[0].routes[1].route.weightedClusters.clusters[0].name = ""
  },
  .init(
    first + """
      typed_per_filter_config[envoy.filters.http.cors] is google.protobuf.Empty; want none, or an \
      optional FilterConfig
      """
  ) {
    $0.virtualHosts[0].routes[0].typedPerFilterConfig["envoy.filters.http.cors"] = try .init(
      message: Google_Protobuf_Empty()
    )
  },
]
