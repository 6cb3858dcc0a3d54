import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Listener_V3_Listener {
  /// An API listener: clients NACK one without, or one whose last HTTP filter is not the router.
  init(_ listener: Listener) throws {
    self.init()
    name = listener.name
    var manager = Proto.HTTPConnectionManager()
    manager.rds.configSource = .sameStream
    manager.rds.routeConfigName = listener.routeConfigurationName
    manager.httpFilters = [
      try Proto.HTTPFilter(name: "envoy.filters.http.fault", Proto.HTTPFault()),
      try Proto.HTTPFilter(name: "envoy.filters.http.router", Proto.Router()),
    ]
    apiListener.apiListener = try Proto.AnyMessage(packing: manager)
  }
}

extension Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpFilter {
  init(name: String, _ configuration: some Message) throws {
    self.init()
    self.name = name
    typedConfig = try Proto.AnyMessage(packing: configuration)
  }
}

extension Envoy_Config_Core_V3_ConfigSource {
  /// The ADS stream that the resource itself came by.
  static var sameStream: Self {
    var source = Self()
    source.ads = Envoy_Config_Core_V3_AggregatedConfigSource()
    source.resourceApiVersion = .v3
    return source
  }

  /// The server that the resource itself came from.
  static var sameServer: Self {
    var source = Self()
    source.self_p.transportApiVersion = .v3
    return source
  }
}
