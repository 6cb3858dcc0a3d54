import SwiftProtobuf
import XDSProtos

private typealias Manager =
  Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpConnectionManager

let badListeners: [Spoiled<Envoy_Config_Listener_V3_Listener>] = [
  .init("name is missing") { $0.name = "" },
  .init("api_listener is missing") { $0.clearApiListener() },
  .init("api_listener is missing; want \(Manager.protoMessageName)") {
    $0.apiListener.clearApiListener()
  },
  .init("api_listener is google.protobuf.Empty; want \(Manager.protoMessageName)") {
    $0.apiListener.apiListener = try .init(message: Google_Protobuf_Empty())
  },
  .init("api_listener is not a readable \(Manager.protoMessageName)") {
    $0.apiListener.apiListener.value.removeLast()
  },
  .init("rds is missing") { try edit(&$0) { $0.routeSpecifier = nil } },
  .init("route_config is inline; want rds") { try edit(&$0) { $0.routeConfig = .init() } },
  .init("rds.route_config_name is missing") { try edit(&$0) { $0.rds.routeConfigName = "" } },
  .init("rds.config_source is path; want ads or self") {
    try edit(&$0) { $0.rds.configSource.path = "/etc/routes" }
  },
  .init("xff_num_trusted_hops is 1; want 0") { try edit(&$0) { $0.xffNumTrustedHops = 1 } },
  .init("original_ip_detection_extensions are set; want none") {
    try edit(&$0) { $0.originalIpDetectionExtensions = [.init()] }
  },
  .init("http_filters: the last is not the router") { try edit(&$0) { $0.httpFilters = [] } },
  .init("http_filters: the last is not the router") {
    try edit(&$0) { $0.httpFilters.removeLast() }
  },
  .init("http_filters: r: the router is not the last filter") {
    try edit(&$0) { manager in
      manager.httpFilters.insert(manager.httpFilters[1], at: 0)
      manager.httpFilters[0].name = "r"
    }
  },
  .init("http_filters: envoy.filters.http.router is there twice") {
    try edit(&$0) { $0.httpFilters.append($0.httpFilters[1]) }
  },
  .init("http_filters: x: google.protobuf.Empty is unknown; want it marked is_optional") {
    try edit(&$0) { manager in
      manager.httpFilters[0].name = "x"
      manager.httpFilters[0].typedConfig = try .init(message: Google_Protobuf_Empty())
    }
  },
  .init(
    """
    http_filters: envoy.filters.http.fault: the listener has a fault of its own; want it on routes
    """
  ) {
    try edit(&$0) { manager in
      var fault = Envoy_Extensions_Filters_Http_Fault_V3_HTTPFault()
      fault.abort.grpcStatus = 14
      manager.httpFilters[0].typedConfig = try .init(message: fault)
    }
  },
]

private func edit(
  _ listener: inout Envoy_Config_Listener_V3_Listener,
  _ change: (inout Manager) throws -> Void
) throws {
  var manager = try Manager(unpackingAny: listener.apiListener.apiListener)
  try change(&manager)
  listener.apiListener.apiListener = try .init(message: manager)
}
