import SwiftProtobuf
import XDSCore
import XDSProtos

extension Listener {
  /// Decodes a client's Listener (gRFC A27, A39).
  init(_ message: Envoy_Config_Listener_V3_Listener) throws(WireError) {
    guard !message.name.isEmpty else { throw WireError("name is missing") }
    guard message.hasApiListener else { throw WireError("api_listener is missing") }
    let manager = try message.apiListener.apiListener.unpacked(
      as: Proto.HTTPConnectionManager.self,
      "api_listener"
    )
    try manager.checkClientAddresses()
    try manager.checkFilters()
    self.init(
      name: message.name,
      routeConfigurationName: try manager.routeConfigurationName(),
      filters: manager.httpFilters.contains { $0.typedConfig.isA(Proto.HTTPFault.self) }
        ? [.fault] : []
    )
  }
}

extension Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpConnectionManager {
  fileprivate func routeConfigurationName() throws(WireError) -> String {
    switch routeSpecifier {
    case .rds(let rds):
      guard rds.configSource.isSameStream else {
        throw WireError("rds.config_source is \(rds.configSource.summary); want ads or self")
      }
      guard !rds.routeConfigName.isEmpty else {
        throw WireError("rds.route_config_name is missing")
      }
      return rds.routeConfigName
    case .routeConfig:
      throw WireError("route_config is inline; want rds")
    case nil:
      throw WireError("rds is missing")
    }
  }

  /// gRFC A41: a client can't do what these ask for.
  fileprivate func checkClientAddresses() throws(WireError) {
    guard xffNumTrustedHops == 0 else {
      throw WireError("xff_num_trusted_hops is \(xffNumTrustedHops); want 0")
    }
    guard originalIpDetectionExtensions.isEmpty else {
      throw WireError("original_ip_detection_extensions are set; want none")
    }
  }

  /// Whether it has the router last, and before it nothing but what a client may leave out.
  fileprivate func checkFilters() throws(WireError) {
    var names: Set<String> = []
    for filter in httpFilters where !names.insert(filter.name).inserted {
      throw WireError("http_filters: \(filter.name) is there twice")
    }
    let filters = httpFilters.filter { !$0.isUnknownOptional }
    guard let last = filters.last, last.typedConfig.isA(Proto.Router.self) else {
      throw WireError("http_filters: the last is not the router")
    }
    for filter in filters.dropLast() {
      try within("http_filters: \(filter.name)") { () throws(WireError) in
        try filter.checkBeforeRouter()
      }
    }
  }
}

extension Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpFilter {
  fileprivate var isUnknownOptional: Bool {
    isOptional && !typedConfig.isA(Proto.Router.self) && !typedConfig.isA(Proto.HTTPFault.self)
  }

  fileprivate func checkBeforeRouter() throws(WireError) {
    if typedConfig.isA(Proto.Router.self) {
      throw WireError("the router is not the last filter")
    }
    guard typedConfig.isA(Proto.HTTPFault.self) else {
      throw WireError("\(typedConfig.typeName) is unknown; want it marked is_optional")
    }
    let fault = try typedConfig.unpacked(as: Proto.HTTPFault.self, "typed_config")
    guard !fault.hasDelay, !fault.hasAbort else {
      throw WireError("the listener has a fault of its own; want it on routes")
    }
  }
}

extension Envoy_Config_Core_V3_ConfigSource {
  /// Whether it stands for the stream that the resource itself came by.
  var isSameStream: Bool {
    switch configSourceSpecifier {
    case .ads, .self_p: true
    case .path, nil: false
    }
  }

  /// Its kind, for errors.
  var summary: String {
    switch configSourceSpecifier {
    case .ads: "ads"
    case .self_p: "self"
    case .path: "path"
    case nil: "missing or of an unknown kind"
    }
  }
}
