import MeshModel
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos

@testable import XDSWire

@Suite("Encoding for each profile")
struct ProfileEncodingTests {
  private static let conditions: [HeaderMatcher.Condition] = [
    .exact("a"), .prefix("a"), .suffix("a"), .contains("a.b"), .regex("a|b"), .range(1, 2),
    .present(true),
  ]

  /// One route for each condition, and its inversion, with two destinations.
  private static let routes = RouteConfiguration(
    name: "r",
    virtualHosts: [
      VirtualHost(
        name: "h",
        domains: ["*"],
        routes: conditions.enumerated().flatMap { index, condition in
          [false, true].map { invert in
            Route(
              name: "r-\(index)-\(invert)",
              match: RouteMatch(
                headers: [HeaderMatcher(name: "user", condition: condition, invert: invert)]
              ),
              action: .weightedClusters([
                WeightedCluster(name: "a", weight: 30), WeightedCluster(name: "b", weight: 3),
              ])
            )
          }
        }
      )
    ]
  )

  private func decoded<Content: Message>(
    _ resource: Resource,
    _ profile: NodeProfile,
    as type: Content.Type
  ) throws -> Content {
    try Content(unpackingAny: try Google_Protobuf_Any(resource: resource, profile: profile))
  }

  private func routes(_ profile: NodeProfile) throws -> [Proto.Route] {
    try decoded(.routeConfiguration(Self.routes), profile, as: Proto.RouteConfiguration.self)
      .virtualHosts.flatMap(\.routes)
  }

  @Test("dubbo-go gets header conditions in fields of their own, and no other kind")
  func olderMatchers() throws {
    for header in try routes(.dubbo).flatMap(\.match.headers) {
      switch try #require(header.headerMatchSpecifier) {
      case .stringMatch, .containsMatch: Issue.record("\(header)")
      case .exactMatch(let text), .prefixMatch(let text), .suffixMatch(let text):
        #expect(text == "a")
      case .safeRegexMatch(let matcher):
        #expect(["a|b", #"(?s).*a\.b.*"#].contains(matcher.regex))
      case .rangeMatch, .presentMatch: break
      }
    }
  }

  @Test("others get texts as string_match", arguments: [NodeProfile.grpc, .envoy])
  func stringMatchers(_ profile: NodeProfile) throws {
    let headers = try routes(profile).flatMap(\.match.headers)
    let texts = headers.filter { header in
      if case .stringMatch? = header.headerMatchSpecifier { true } else { false }
    }
    #expect(texts.count == 10)
  }

  @Test(
    "the total weight is the sum, save for Envoy, and no filter is configured by route",
    arguments: NodeProfile.allCases
  )
  func totalWeight(_ profile: NodeProfile) throws {
    for route in try routes(profile) {
      let weighted = route.route.weightedClusters
      #expect(weighted.hasTotalWeight == (profile != .envoy))
      #expect(profile == .envoy || weighted.totalWeight.value == 33)
      #expect(weighted.clusters.reduce(0) { $0 + $1.weight.value } == 33)
      #expect(route.typedPerFilterConfig.isEmpty)
      #expect(weighted.clusters.allSatisfy { $0.typedPerFilterConfig.isEmpty })
      #expect(!route.name.isEmpty)
      #expect(route.match.caseSensitive.value)
    }
  }

  @Test("a proxy's routes have no time limit of their own, and may come before their clusters")
  func proxyRoutes() throws {
    for route in try routes(.envoy).map(\.route) {
      #expect(route.hasTimeout)
      #expect(route.timeout == Google_Protobuf_Duration())
      #expect(route.maxStreamDuration.hasGrpcTimeoutHeaderMax)
    }
    let message = try decoded(
      .routeConfiguration(Self.routes),
      .envoy,
      as: Proto.RouteConfiguration.self
    )
    #expect(message.hasValidateClusters)
    #expect(!message.validateClusters.value)
    for profile in [NodeProfile.grpc, .dubbo] {
      #expect(try routes(profile).allSatisfy { !$0.route.hasTimeout })
    }
  }

  @Test("a missing header counts as empty only where it is asked for")
  func missingHeader() throws {
    var routes = Self.routes
    routes.virtualHosts[0].routes[0].match.headers[0].takesMissingForEmpty = true
    let message = try decoded(
      .routeConfiguration(routes),
      .envoy,
      as: Proto.RouteConfiguration.self
    )
    let flags = message.virtualHosts[0].routes.map { $0.match.headers[0].treatMissingHeaderAsEmpty }
    #expect(flags.count { $0 } == 1)
    #expect(flags[0])
  }

  @Test("a proxy's clusters speak HTTP/2 and never panic; others' say nothing of it")
  func clusters() throws {
    let cluster = Resource.cluster(Cluster(name: "outbound|1||h"))
    let proxy = try decoded(cluster, .envoy, as: Proto.Cluster.self)
    let packed = try #require(
      proxy.typedExtensionProtocolOptions["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]
    )
    let options = try Proto.ProtocolOptions(unpackingAny: packed)
    guard case .http2ProtocolOptions? = options.explicitHTTPConfig.protocolConfig else {
      Issue.record("\(options)")
      return
    }
    #expect(proxy.commonLbConfig.hasHealthyPanicThreshold)
    #expect(proxy.commonLbConfig.healthyPanicThreshold.value == 0)
    #expect(proxy.hasConnectTimeout)
    #expect(!proxy.hasLrsServer)
    for profile in [NodeProfile.grpc, .dubbo] {
      let message = try decoded(cluster, profile, as: Proto.Cluster.self)
      #expect(message.typedExtensionProtocolOptions.isEmpty)
      #expect(!message.hasCommonLbConfig)
    }
  }

  @Test("a bound listener has its socket, filters with the router last, and logs calls")
  func boundListener() throws {
    let listener = Listener(
      name: "127.0.0.1_20000",
      routeConfigurationName: "20000",
      socket: Listener.Socket(
        address: "127.0.0.1",
        port: 20000,
        accessLog: Listener.AccessLog(cluster: "xds-grpc", requestHeaders: ["user"])
      ),
      filters: [.fault, .cors]
    )
    let message = try decoded(.listener(listener), .envoy, as: Proto.Listener.self)
    #expect(!message.hasApiListener)
    #expect(message.address.socketAddress.address == "127.0.0.1")
    #expect(message.address.socketAddress.portValue == 20000)
    #expect(message.filterChains.count == 1)
    let manager = try Proto.HTTPConnectionManager(
      unpackingAny: try #require(message.filterChains.first?.filters.first).typedConfig
    )
    #expect(manager.codecType == .auto)
    #expect(!manager.statPrefix.isEmpty)
    #expect(manager.rds.routeConfigName == "20000")
    #expect(manager.rds.configSource.isSameStream)
    #expect(
      manager.httpFilters.map { $0.name.split(separator: ".").last } == ["fault", "cors", "router"]
    )
    #expect(manager.httpFilters.last?.typedConfig.isA(Proto.Router.self) == true)
    let log = try Proto.AccessLogSettings(
      unpackingAny: try #require(manager.accessLog.first).typedConfig
    )
    #expect(log.commonConfig.logName == CallReport.logName)
    #expect(log.commonConfig.grpcService.envoyGrpc.clusterName == "xds-grpc")
    #expect(log.commonConfig.transportApiVersion == .v3)
    #expect(log.commonConfig.bufferFlushInterval.nanos == 250_000_000)
    #expect(log.additionalRequestHeadersToLog == ["user"])
    for logged in [log.additionalResponseHeadersToLog, log.additionalResponseTrailersToLog] {
      #expect(logged == ["grpc-status", CallRecord.workloadVersionHeader])
    }
  }

  @Test("a resource is shown as JSON, what is packed in it included")
  func json() throws {
    let listener = Listener(
      name: "127.0.0.1_20000",
      routeConfigurationName: "20000",
      socket: Listener.Socket(
        address: "127.0.0.1",
        port: 20000,
        accessLog: Listener.AccessLog(cluster: "xds-grpc")
      )
    )
    let text = try XDSWire.json(of: .listener(listener), profile: .envoy)
    #expect(text.contains(#""@type":"type.googleapis.com/envoy.config.listener.v3.Listener""#))
    #expect(text.contains(#""routeConfigName":"20000""#))
    #expect(text.contains(#""logName":"weir""#))
    let cluster = try XDSWire.json(of: .cluster(Cluster(name: "c")), profile: .envoy)
    #expect(cluster.contains("http2ProtocolOptions"))
    for resource in [Resource.routeConfiguration(Self.routes), .endpoints(greeterEndpoints)] {
      for profile in NodeProfile.allCases {
        #expect(try XDSWire.json(of: resource, profile: profile).contains(resource.name))
      }
    }
  }
}
