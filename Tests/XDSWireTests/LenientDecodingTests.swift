import MeshModel
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos
import XDSWire

private typealias Header = Envoy_Config_Route_V3_HeaderMatcher
private typealias Routes = Envoy_Config_Route_V3_RouteConfiguration

@Suite("Decoding what others write")
struct LenientDecodingTests {
  /// Decodes the fixture's routes after an edit.
  private func routes(_ edit: (inout Routes) throws -> Void) throws -> [Route] {
    var message = try message(.routeConfiguration(greeterRoutes), as: Routes.self)
    try edit(&message)
    guard case .routeConfiguration(let configuration) = try decode(message).get() else { return [] }
    return configuration.virtualHosts[0].routes
  }

  @Test("reads the old forms of a header match like the new ones")
  func oldForms() throws {
    let table: [(HeaderMatcher.Condition, @Sendable (inout Header) -> Void)] = [
      (.exact("a"), { $0.exactMatch = "a" }),
      (.prefix("a"), { $0.prefixMatch = "a" }),
      (.suffix("a"), { $0.suffixMatch = "a" }),
      (.contains("a"), { $0.containsMatch = "a" }),
      (.regex("a.*"), { $0.safeRegexMatch.regex = "a.*" }),
      (.present(false), { $0.presentMatch = false }),
    ]
    for (condition, set) in table {
      let routes = try routes { set(&$0.virtualHosts[0].routes[0].match.headers[0]) }
      #expect(routes[0].match.headers == [HeaderMatcher(name: "user", condition: condition)])
    }
  }

  @Test("turns a match that ignores case into an expression")
  func ignoreCase() throws {
    let table: [(String, @Sendable (inout Header) -> Void)] = [
      ("[aA]\\-1", { $0.stringMatch.exact = "a-1" }),
      ("[aA]\\-1.*", { $0.stringMatch.prefix = "A-1" }),
      (".*[aA]\\-1", { $0.stringMatch.suffix = "a-1" }),
      (".*[aA]\\-1.*", { $0.stringMatch.contains = "a-1" }),
      ("a-1", { $0.stringMatch.safeRegex.regex = "a-1" }),
    ]
    for (pattern, set) in table {
      let routes = try routes {
        set(&$0.virtualHosts[0].routes[0].match.headers[0])
        $0.virtualHosts[0].routes[0].match.headers[0].stringMatch.ignoreCase = true
      }
      #expect(routes[0].match.headers[0].condition == .regex(pattern))
      #expect(try RE2Pattern(pattern).matches(pattern.contains("A") ? "A-1" : "a-1"))
    }
  }

  @Test("leaves out the routes that gRPC clients leave out")
  func leftOut() throws {
    let byQuery = try routes { $0.virtualHosts[0].routes[0].match.queryParameters = [.init()] }
    #expect(byQuery.map(\.name) == ["rule-2"])
    let byHeader = try routes { $0.virtualHosts[0].routes[1].route.clusterHeader = "cluster" }
    #expect(byHeader.map(\.name) == ["admin"])
  }

  @Test("keeps a route whose action it can't perform, so that it matches")
  func unsupportedActions() throws {
    let table: [(String, @Sendable (inout Envoy_Config_Route_V3_Route) -> Void)] = [
      ("redirect", { $0.redirect = .init() }),
      ("direct_response", { $0.directResponse.status = 200 }),
      ("filter_action", { $0.filterAction = .init() }),
      ("non_forwarding_action", { $0.nonForwardingAction = .init() }),
      ("no action", { $0.action = nil }),
    ]
    for (words, set) in table {
      let routes = try routes { set(&$0.virtualHosts[0].routes[0]) }
      #expect(routes[0].action == .unsupported(words))
    }
  }

  @Test("takes fractions in any denominator, and no more than all")
  func fractions() throws {
    let table: [(UInt32, Envoy_Type_V3_FractionalPercent.DenominatorType, UInt32)] = [
      (10, .hundred, 100_000), (10, .tenThousand, 1000), (10, .million, 10),
      (101, .hundred, 1_000_000), (.max, .hundred, 1_000_000),
    ]
    for (numerator, denominator, wanted) in table {
      let routes = try routes {
        $0.virtualHosts[0].routes[0].match.runtimeFraction.defaultValue.numerator = numerator
        $0.virtualHosts[0].routes[0].match.runtimeFraction.defaultValue.denominator = denominator
      }
      #expect(routes[0].match.fractionPerMillion == wanted)
    }
  }

  @Test("takes case as significant where nothing is said, and drops clusters without weight")
  func defaults() throws {
    let routes = try routes {
      $0.virtualHosts[0].routes[0].match.clearCaseSensitive()
      $0.virtualHosts[0].routes[1].route.weightedClusters.clusters[1].weight = 0
      $0.virtualHosts[0].routes[1].route.weightedClusters.clearTotalWeight()
    }
    #expect(routes[0].match.caseSensitive)
    #expect(
      routes[1].action
        == .weightedClusters([WeightedCluster(name: clusterName("v1"), weight: 90)])
    )
  }

  @Test("ignores filters that may be ignored")
  func optionalFilters() throws {
    var optional = Envoy_Config_Route_V3_FilterConfig()
    optional.isOptional = true
    optional.config = try .init(message: Google_Protobuf_Empty())
    let packed = try Google_Protobuf_Any(message: optional)
    #expect(try routes { $0.virtualHosts[0].typedPerFilterConfig["x"] = packed }.count == 2)

    var listener = try message(
      .listener(greeterListener),
      as: Envoy_Config_Listener_V3_Listener.self
    )
    var manager =
      try Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpConnectionManager(
        unpackingAny: listener.apiListener.apiListener
      )
    manager.httpFilters[0].name = "x"
    manager.httpFilters[0].typedConfig = try .init(message: Google_Protobuf_Empty())
    manager.httpFilters[0].isOptional = true
    listener.apiListener.apiListener = try .init(message: manager)
    var wanted = greeterListener
    wanted.filters = []
    #expect(try decode(listener) == .success(.listener(wanted)))
  }

  @Test("takes the first load balancing policy that it knows")
  func loadBalancingPolicy() throws {
    var cluster = try message(.cluster(greeterCluster), as: Envoy_Config_Cluster_V3_Cluster.self)
    cluster.lbPolicy = .loadBalancingPolicyConfig
    cluster.loadBalancingPolicy.policies = ["x.Unknown", "round_robin.v3.RoundRobin"].map { name in
      var policy = Envoy_Config_Cluster_V3_LoadBalancingPolicy.Policy()
      policy.typedExtensionConfig.typedConfig.typeURL =
        "type.googleapis.com/envoy.extensions.load_balancing_policies.\(name)"
      return policy
    }
    #expect(try decode(cluster) == .success(.cluster(greeterCluster)))
  }

  @Test("drops localities without weight, and takes 1 for an endpoint that has none")
  func weights() throws {
    var message = try message(
      .endpoints(greeterEndpoints),
      as: Envoy_Config_Endpoint_V3_ClusterLoadAssignment.self
    )
    message.endpoints[0].lbEndpoints[0].clearLoadBalancingWeight()
    message.endpoints[0].lbEndpoints[0].healthStatus = .UNRECOGNIZED(99)
    var weightless = message.endpoints[0]
    weightless.clearLoadBalancingWeight()
    weightless.priority = 7
    message.endpoints.append(weightless)
    var wanted = greeterEndpoints
    wanted.localities[0].endpoints[0].health = .unhealthy
    #expect(try decode(message) == .success(.endpoints(wanted)))
  }

  @Test("uses what is good in a response that is not all good")
  func partlyGood() throws {
    var response = try Envoy_Service_Discovery_V3_DiscoveryResponse(
      type: .cluster,
      version: "7",
      nonce: "a",
      resources: [.cluster(greeterCluster), .cluster(greeterCluster), .listener(greeterListener)]
    )
    var broken = Google_Protobuf_Any()
    broken.typeURL = ResourceType.cluster.typeURL
    broken.value.append(0xff)
    var wrapper = Envoy_Service_Discovery_V3_Resource()
    wrapper.resource = try .init(message: Envoy_Config_Cluster_V3_Cluster())
    response.resources += [broken, Google_Protobuf_Any(), try .init(message: wrapper)]

    let cluster = "envoy.config.cluster.v3.Cluster"
    #expect(
      DiscoveryResponse(decoding: response).resources == [
        .success(.cluster(greeterCluster)),
        .failure(.init(name: greeterCluster.name, reason: "found twice in one response")),
        .failure(
          .init(
            name: "",
            reason: "the resource is envoy.config.listener.v3.Listener; want \(cluster)"
          )
        ),
        .failure(.init(name: "", reason: "the resource is not a readable \(cluster)")),
        .failure(.init(name: "", reason: "the resource is missing; want \(cluster)")),
        .failure(.init(name: "", reason: "name is missing")),
      ]
    )
  }

  @Test("refuses each resource of a type that it doesn't know")
  func unknownType() throws {
    var response = Envoy_Service_Discovery_V3_DiscoveryResponse()
    response.typeURL = "type.googleapis.com/google.protobuf.Empty"
    response.resources = [try .init(message: Google_Protobuf_Empty())]
    #expect(
      DiscoveryResponse(decoding: response).resources == [
        .failure(
          .init(
            name: "",
            reason: "the resource is google.protobuf.Empty; want a type that was asked for"
          )
        )
      ]
    )
  }
}
