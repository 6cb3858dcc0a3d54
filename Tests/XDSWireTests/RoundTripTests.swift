import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos
import XDSWire

@Suite("Encoding a resource and decoding it again")
struct RoundTripTests {
  @Test(
    "gives the same resource",
    arguments: [
      Resource.listener(greeterListener),
      .cluster(greeterCluster),
      .cluster(Cluster(name: "c", endpointsName: "e")),
      .endpoints(greeterEndpoints),
      .endpoints(ClusterLoadAssignment(clusterName: "empty", localities: [])),
      .endpoints(
        ClusterLoadAssignment(
          clusterName: "many",
          localities: [
            LocalityEndpoints(
              region: "r",
              zone: "z",
              subZone: "s",
              weight: 3,
              endpoints: [
                Endpoint(address: "10.0.0.1", port: 65535, health: .draining, weight: 7),
                Endpoint(address: "::1", port: 1, health: .unhealthy),
                Endpoint(address: "10.0.0.1", port: 80, health: .degraded),
                Endpoint(address: "10.0.0.2", port: 80, health: .unknown),
                Endpoint(address: "10.0.0.3", port: 80, health: .timeout),
              ]
            ),
            LocalityEndpoints(weight: 1, priority: 1, endpoints: []),
          ]
        )
      ),
      .routeConfiguration(greeterRoutes),
      .routeConfiguration(RouteConfiguration(name: "empty", virtualHosts: [])),
      .routeConfiguration(everyMatch),
    ]
  )
  func same(resource: Resource) throws {
    let message = try Envoy_Service_Discovery_V3_DiscoveryResponse(
      serializedBytes: try bytes(of: resource)
    )
    let response = DiscoveryResponse(decoding: message)
    #expect(response.typeURL == resource.type.typeURL)
    #expect(response.versionInfo == "b1-7")
    #expect(response.nonce == "n1")
    #expect(response.resources == [.success(resource)])
  }

  @Test("keeps every kind of action")
  func actions() throws {
    var routes = greeterRoutes
    routes.virtualHosts[0].routes[0].action = .unsupported("redirect")
    let message = try Envoy_Service_Discovery_V3_DiscoveryResponse(
      serializedBytes: try bytes(of: .routeConfiguration(routes))
    )
    routes.virtualHosts[0].routes[0].action = .unsupported("non_forwarding_action")
    #expect(
      DiscoveryResponse(decoding: message).resources == [.success(.routeConfiguration(routes))]
    )
  }
}

/// Every form of a match.
private let everyMatch = RouteConfiguration(
  name: "r",
  virtualHosts: [
    VirtualHost(
      name: "v",
      domains: ["*"],
      routes: [
        .exact("/api.Greeter/SayHello"), .prefix(""), .regex("/api\\.(Greeter|Other)/.*"),
      ].enumerated().map { (index, path) in
        Route(
          name: "route-\(index)",
          match: RouteMatch(
            path: path,
            caseSensitive: index == 0,
            headers: conditions.enumerated().map { index, condition in
              HeaderMatcher(name: "h\(index)", condition: condition, invert: index % 2 == 1)
            },
            fractionPerMillion: [0, 250_000, nil][index]
          ),
          action: .weightedClusters([WeightedCluster(name: "c", weight: .max)])
        )
      }
    )
  ]
)

private let conditions: [HeaderMatcher.Condition] = [
  .exact("a"), .exact(""), .prefix("a"), .suffix("a"), .contains("a"), .regex("a|b"),
  .range(-5, 5), .range(.min, .max), .present(true), .present(false),
]
