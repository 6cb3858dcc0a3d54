import SwiftProtobuf
import XDSProtos

let badEndpoints: [Spoiled<Envoy_Config_Endpoint_V3_ClusterLoadAssignment>] = [
  .init("cluster_name is missing") { $0.clusterName = "" },
  .init("policy.drop_overloads are set; want none: calls can't be dropped here") {
    $0.policy.dropOverloads = [.init()]
  },
  .init("endpoints[0]: locality is missing; want {} at least") {
    $0.endpoints[0].clearLocality()
  },
  .init("priority 1 without a priority 0; want no gap") { $0.endpoints[0].priority = 1 },
  .init("priority 3 without a priority 1; want no gap") { message in
    message.endpoints.append(message.endpoints[0])
    message.endpoints[1].priority = 3
    message.endpoints[1].lbEndpoints = []
  },
  .init("weights of priority 0 sum to 4294967296; want at most 4294967295") { message in
    message.endpoints.append(message.endpoints[0])
    message.endpoints[1].locality.zone = "other"
    message.endpoints[1].loadBalancingWeight = 4_294_967_295
  },
  .init("locality // is there twice") { $0.endpoints.append($0.endpoints[0]) },
  .init("endpoint 127.0.0.1:20001 is there twice") {
    $0.endpoints[0].lbEndpoints.append($0.endpoints[0].lbEndpoints[0])
  },
  .init("endpoint [::1]:20001 is there twice") { message in
    message.endpoints[0].lbEndpoints.append(message.endpoints[0].lbEndpoints[0])
    setAddress("::1", in: &message, at: 0)
    setAddress("0:0:0::1", in: &message, at: 1)
  },
  .init("endpoints[0]: lb_endpoints[0]: endpoint is missing") {
    $0.endpoints[0].lbEndpoints[0].endpointName = "e"
  },
  .init("endpoints[0]: lb_endpoints[0]: address is not a socket_address") {
    $0.endpoints[0].lbEndpoints[0].endpoint.address.pipe.path = "/tmp/socket"
  },
  .init("endpoints[0]: lb_endpoints[0]: protocol is not TCP") {
    $0.endpoints[0].lbEndpoints[0].endpoint.address.socketAddress.protocol = .udp
  },
  .init("endpoints[0]: lb_endpoints[0]: address is \"server-1\"; want an IP address") {
    setAddress("server-1", in: &$0, at: 0)
  },
  .init("endpoints[0]: lb_endpoints[0]: address is \"127.1\"; want an IP address") {
    setAddress("127.1", in: &$0, at: 0)
  },
  .init("endpoints[0]: lb_endpoints[0]: address is \"\"; want an IP address") {
    setAddress("", in: &$0, at: 0)
  },
  .init("endpoints[0]: lb_endpoints[0]: port_value is missing") {
    $0.endpoints[0].lbEndpoints[0].endpoint.address.socketAddress.namedPort = "http"
  },
  .init("endpoints[0]: lb_endpoints[0]: port_value is 65536; want at most 65535") {
    $0.endpoints[0].lbEndpoints[0].endpoint.address.socketAddress.portValue = 65536
  },
  .init("endpoints[0]: lb_endpoints[0]: load_balancing_weight is 0; want 1 or more") {
    $0.endpoints[0].lbEndpoints[0].loadBalancingWeight = 0
  },
  .init("endpoints[0]: endpoint weights sum to 4294967296; want at most 4294967295") { message in
    message.endpoints[0].lbEndpoints.append(message.endpoints[0].lbEndpoints[0])
    message.endpoints[0].lbEndpoints[1].loadBalancingWeight = 4_294_967_295
    setAddress("127.0.0.2", in: &message, at: 1)
  },
]

private func setAddress(
  _ text: String,
  in message: inout Envoy_Config_Endpoint_V3_ClusterLoadAssignment,
  at index: Int
) {
  message.endpoints[0].lbEndpoints[index].endpoint.address.socketAddress.address = text
}
