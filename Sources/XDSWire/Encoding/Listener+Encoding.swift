import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Listener_V3_Listener {
  /// An API listener, or one that is bound to a socket.
  ///
  /// Clients NACK an API listener whose last HTTP filter is not the router; Envoy accepts one
  /// without filters, and then every call hangs.
  init(_ listener: Listener) throws {
    self.init()
    name = listener.name
    guard let socket = listener.socket else {
      let manager = try Proto.HTTPConnectionManager(listener)
      apiListener.apiListener = try Proto.AnyMessage(packing: manager)
      return
    }
    address.socketAddress.address = socket.address
    address.socketAddress.portValue = UInt32(socket.port)
    trafficDirection = .outbound
    var filter = Envoy_Config_Listener_V3_Filter()
    filter.name = "envoy.filters.network.http_connection_manager"
    filter.typedConfig = try Proto.AnyMessage(
      packing: try Proto.HTTPConnectionManager(listener, socket: socket)
    )
    var chain = Envoy_Config_Listener_V3_FilterChain()
    chain.filters = [filter]
    filterChains = [chain]
  }
}

extension Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpConnectionManager {
  /// That of an API listener.
  fileprivate init(_ listener: Listener) throws {
    self.init()
    rds.configSource = .sameStream
    rds.routeConfigName = listener.routeConfigurationName
    httpFilters = try listener.filters.map { try Proto.HTTPFilter($0) }
    httpFilters.append(try Proto.HTTPFilter(name: "envoy.filters.http.router", Proto.Router()))
  }

  /// That of a bound listener: any HTTP, no time limit for a quiet stream.
  fileprivate init(_ listener: Listener, socket: Listener.Socket) throws {
    try self.init(listener)
    codecType = .auto
    statPrefix = "outbound_\(listener.name)"
    streamIdleTimeout = Proto.Duration()
    if let log = socket.accessLog { accessLog = [try Proto.AccessLog(log)] }
  }
}

extension Envoy_Config_Accesslog_V3_AccessLog {
  /// How often a proxy sends what it has logged, in microseconds.
  private static let flushInterval: UInt64 = 250_000

  init(_ log: Listener.AccessLog) throws {
    self.init()
    name = "envoy.access_loggers.http_grpc"
    var settings = Proto.AccessLogSettings()
    settings.commonConfig.logName = CallReport.logName
    settings.commonConfig.grpcService.envoyGrpc.clusterName = log.cluster
    settings.commonConfig.transportApiVersion = .v3
    settings.commonConfig.bufferFlushInterval = Proto.Duration(microseconds: Self.flushInterval)
    settings.additionalRequestHeadersToLog = log.requestHeaders
    // A call that fails early has no other headers than what would be its trailers.
    let answers = [grpcStatusTrailer, CallRecord.workloadVersionHeader]
    settings.additionalResponseHeadersToLog = answers
    settings.additionalResponseTrailersToLog = answers
    typedConfig = try Proto.AnyMessage(packing: settings)
  }
}

extension Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpFilter {
  /// A filter that does nothing until a route configures it.
  fileprivate init(_ filter: Listener.Filter) throws {
    switch filter {
    case .fault: try self.init(name: filter.wireName, Proto.HTTPFault())
    case .cors: try self.init(name: filter.wireName, Proto.Cors())
    }
  }

  fileprivate init(name: String, _ configuration: some Message) throws {
    self.init()
    self.name = name
    typedConfig = try Proto.AnyMessage(packing: configuration)
  }
}

extension Listener.Filter {
  /// The name by which routes configure it.
  var wireName: String {
    switch self {
    case .fault: "envoy.filters.http.fault"
    case .cors: "envoy.filters.http.cors"
    }
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
