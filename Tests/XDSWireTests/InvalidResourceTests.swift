import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos

/// A valid message, spoiled in one way, and what the refusal says of it.
struct Spoiled<Content: Message>: CustomTestStringConvertible, Sendable {
  let wanted: String
  let spoil: @Sendable (inout Content) throws -> Void

  init(_ wanted: String, _ spoil: @escaping @Sendable (inout Content) throws -> Void) {
    self.wanted = wanted
    self.spoil = spoil
  }

  var testDescription: String { wanted }

  func check(_ resource: Resource) throws {
    var message = try message(resource, as: Content.self)
    #expect(try decode(message) == .success(resource))
    try spoil(&message)
    let decoded = try decode(message)
    guard case .failure(let invalid) = decoded else {
      Issue.record("accepted: \(decoded)")
      return
    }
    #expect(invalid.reason == wanted)
    #expect(invalid.name == resource.name || wanted.hasSuffix("name is missing"))
  }
}

@Suite("Refusing resources as proxyless gRPC does")
struct InvalidResourceTests {
  @Test("refuses a cluster that it can't follow", arguments: badClusters)
  func cluster(_ spoiled: Spoiled<Envoy_Config_Cluster_V3_Cluster>) throws {
    try spoiled.check(.cluster(greeterCluster))
  }

  @Test("refuses endpoints that it can't follow", arguments: badEndpoints)
  func endpoints(
    _ spoiled: Spoiled<Envoy_Config_Endpoint_V3_ClusterLoadAssignment>
  ) throws {
    try spoiled.check(.endpoints(greeterEndpoints))
  }

  @Test("refuses a listener that it can't follow", arguments: badListeners)
  func listener(_ spoiled: Spoiled<Envoy_Config_Listener_V3_Listener>) throws {
    try spoiled.check(.listener(greeterListener))
  }

  @Test("refuses routes that it can't follow", arguments: badRoutes)
  func routes(_ spoiled: Spoiled<Envoy_Config_Route_V3_RouteConfiguration>) throws {
    try spoiled.check(.routeConfiguration(greeterRoutes))
  }

  @Test("refuses an expression that is none, wherever it stands")
  func regex() throws {
    let table: [@Sendable (inout Envoy_Config_Route_V3_Route) -> Void] = [
      { $0.match.safeRegex.regex = "(" },
      { $0.match.headers[0].safeRegexMatch.regex = "(" },
      { $0.match.headers[0].stringMatch.safeRegex.regex = "(" },
    ]
    let places = ["path", "header user: safe_regex_match", "header user: string_match"]
    for (spoil, place) in zip(table, places) {
      var message = try message(
        .routeConfiguration(greeterRoutes),
        as: Envoy_Config_Route_V3_RouteConfiguration.self
      )
      spoil(&message.virtualHosts[0].routes[0])
      guard case .failure(let invalid) = try decode(message) else {
        Issue.record("accepted in \(place)")
        continue
      }
      #expect(invalid.reason.hasPrefix("virtual host \(host):20000: route admin: \(place): "))
    }
  }
}
