import SwiftProtobuf
import XDSCore
import XDSProtos
import XDSWire

let host = "dubbo-go-server.default.svc.cluster.local"

func clusterName(_ subset: String) -> String { "outbound|20000|\(subset)|\(host)" }

let greeterListener = Listener(
  name: "\(host):20000",
  routeConfigurationName: clusterName(""),
  filters: [.fault]
)

let greeterCluster = Cluster(name: clusterName("v1"), reportsLoad: true)

let greeterEndpoints = ClusterLoadAssignment(
  clusterName: clusterName("v1"),
  localities: [
    LocalityEndpoints(weight: 1, endpoints: [Endpoint(address: "127.0.0.1", port: 20001)])
  ]
)

/// The walkthrough's last step: `user: admin` to v2, of the rest 10 % too.
let greeterRoutes = RouteConfiguration(
  name: clusterName(""),
  virtualHosts: [
    VirtualHost(
      name: "\(host):20000",
      domains: [host, "\(host):20000"],
      routes: [
        Route(
          name: "admin",
          match: RouteMatch(headers: [HeaderMatcher(name: "user", condition: .exact("admin"))]),
          action: .cluster(clusterName("v2"))
        ),
        Route(
          name: "rule-2",
          match: RouteMatch(),
          action: .weightedClusters([
            WeightedCluster(name: clusterName("v1"), weight: 90),
            WeightedCluster(name: clusterName("v2"), weight: 10),
          ])
        ),
      ]
    )
  ]
)

/// The bytes of a response with this one resource.
func bytes(of resource: Resource) throws -> [UInt8] {
  try encodeResponse(type: resource.type, version: "b1-7", nonce: "n1", resources: [resource])
}

/// Decodes a response that holds this one message.
func decode<Content: Message>(
  _ message: Content
) throws -> Result<Resource, DiscoveryResponse.Invalid> {
  var response = Envoy_Service_Discovery_V3_DiscoveryResponse()
  response.typeURL = "type.googleapis.com/\(Content.protoMessageName)"
  response.resources = [try Google_Protobuf_Any(message: message)]
  return DiscoveryResponse(decoding: response).resources[0]
}

/// The message of a resource as our encoder makes it, for a test to spoil.
func message<Content: Message>(_ resource: Resource, as type: Content.Type) throws -> Content {
  let response = try Envoy_Service_Discovery_V3_DiscoveryResponse(
    type: resource.type,
    version: "",
    nonce: "",
    resources: [resource]
  )
  return try Content(unpackingAny: response.resources[0])
}
