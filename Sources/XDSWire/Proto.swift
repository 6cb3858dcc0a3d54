import SwiftProtobuf
import XDSProtos

/// Short names of the generated types.
enum Proto {
  typealias AnyMessage = Google_Protobuf_Any
  typealias BoolWrapper = Google_Protobuf_BoolValue
  typealias UInt32Wrapper = Google_Protobuf_UInt32Value
  typealias Duration = Google_Protobuf_Duration
  typealias Status = Google_Rpc_Status
  typealias Struct = Google_Protobuf_Struct
  typealias Value = Google_Protobuf_Value

  typealias Address = Envoy_Config_Core_V3_Address
  typealias ConfigSource = Envoy_Config_Core_V3_ConfigSource
  typealias HealthStatus = Envoy_Config_Core_V3_HealthStatus
  typealias Node = Envoy_Config_Core_V3_Node
  typealias FractionalPercent = Envoy_Type_V3_FractionalPercent
  typealias Int64Range = Envoy_Type_V3_Int64Range
  typealias RegexMatcher = Envoy_Type_Matcher_V3_RegexMatcher
  typealias StringMatcher = Envoy_Type_Matcher_V3_StringMatcher

  typealias Cluster = Envoy_Config_Cluster_V3_Cluster
  typealias LoadBalancingPolicy = Envoy_Config_Cluster_V3_LoadBalancingPolicy
  typealias WRRLocality = Envoy_Extensions_LoadBalancingPolicies_WrrLocality_V3_WrrLocality
  typealias RoundRobin = Envoy_Extensions_LoadBalancingPolicies_RoundRobin_V3_RoundRobin
  typealias LeastRequest = Envoy_Extensions_LoadBalancingPolicies_LeastRequest_V3_LeastRequest
  typealias RingHash = Envoy_Extensions_LoadBalancingPolicies_RingHash_V3_RingHash
  typealias UpstreamTLS = Envoy_Extensions_TransportSockets_Tls_V3_UpstreamTlsContext

  typealias ClusterLoadAssignment = Envoy_Config_Endpoint_V3_ClusterLoadAssignment
  typealias LocalityLbEndpoints = Envoy_Config_Endpoint_V3_LocalityLbEndpoints
  typealias LbEndpoint = Envoy_Config_Endpoint_V3_LbEndpoint

  typealias Listener = Envoy_Config_Listener_V3_Listener
  typealias HTTPConnectionManager =
    Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpConnectionManager
  typealias HTTPFilter = Envoy_Extensions_Filters_Network_HttpConnectionManager_V3_HttpFilter
  typealias HTTPFault = Envoy_Extensions_Filters_Http_Fault_V3_HTTPFault
  typealias Cors = Envoy_Extensions_Filters_Http_Cors_V3_Cors
  typealias CorsPolicy = Envoy_Extensions_Filters_Http_Cors_V3_CorsPolicy
  typealias Router = Envoy_Extensions_Filters_Http_Router_V3_Router
  typealias AccessLog = Envoy_Config_Accesslog_V3_AccessLog
  typealias AccessLogSettings =
    Envoy_Extensions_AccessLoggers_Grpc_V3_HttpGrpcAccessLogConfig
  typealias ProtocolOptions = Envoy_Extensions_Upstreams_Http_V3_HttpProtocolOptions

  typealias RouteConfiguration = Envoy_Config_Route_V3_RouteConfiguration
  typealias VirtualHost = Envoy_Config_Route_V3_VirtualHost
  typealias Route = Envoy_Config_Route_V3_Route
  typealias RouteMatch = Envoy_Config_Route_V3_RouteMatch
  typealias RouteAction = Envoy_Config_Route_V3_RouteAction
  typealias HeaderMatcher = Envoy_Config_Route_V3_HeaderMatcher
  typealias QueryParameterMatcher = Envoy_Config_Route_V3_QueryParameterMatcher
  typealias RetryPolicy = Envoy_Config_Route_V3_RetryPolicy
  typealias PreviousHosts =
    Envoy_Extensions_Retry_Host_PreviousHosts_V3_PreviousHostsPredicate
  typealias PreviousPriorities =
    Envoy_Extensions_Retry_Priority_PreviousPriorities_V3_PreviousPrioritiesConfig
  typealias WeightedCluster = Envoy_Config_Route_V3_WeightedCluster
  typealias FilterConfig = Envoy_Config_Route_V3_FilterConfig

  typealias DiscoveryRequest = Envoy_Service_Discovery_V3_DiscoveryRequest
  typealias DiscoveryResponse = Envoy_Service_Discovery_V3_DiscoveryResponse
  typealias WrappedResource = Envoy_Service_Discovery_V3_Resource

  typealias AccessLogCommon = Envoy_Data_Accesslog_V3_AccessLogCommon
  typealias HTTPAccessLogEntry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry
  typealias ResponseFlags = Envoy_Data_Accesslog_V3_ResponseFlags
}
