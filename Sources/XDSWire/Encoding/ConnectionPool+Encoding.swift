import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Cluster_V3_CircuitBreakers {
  /// nil where nothing is limited.
  init?(_ pool: ConnectionPool) {
    var limits = Thresholds()
    if let most = pool.tcp?.maxConnections { limits.maxConnections = Proto.UInt32Wrapper(most) }
    if let http = pool.http {
      if let most = http.http1MaxPendingRequests {
        limits.maxPendingRequests = Proto.UInt32Wrapper(most)
      }
      if let most = http.http2MaxRequests { limits.maxRequests = Proto.UInt32Wrapper(most) }
      if let most = http.maxRetries { limits.maxRetries = Proto.UInt32Wrapper(most) }
    }
    guard limits != Thresholds() else { return nil }
    self.init()
    thresholds = [limits]
  }
}

extension Envoy_Config_Core_V3_TcpKeepalive {
  init(_ keepalive: ConnectionPool.TCP.Keepalive) {
    self.init()
    if let probes = keepalive.probes { keepaliveProbes = Proto.UInt32Wrapper(probes) }
    if let time = keepalive.time { keepaliveTime = Proto.UInt32Wrapper(time.wholeSeconds) }
    if let interval = keepalive.interval {
      keepaliveInterval = Proto.UInt32Wrapper(interval.wholeSeconds)
    }
  }
}

extension Duration {
  /// 1 or more, as TCP wants it.
  fileprivate var wholeSeconds: UInt32 {
    UInt32(clamping: max(nanoseconds / 1_000_000_000, 1))
  }
}

extension Envoy_Extensions_Upstreams_Http_V3_HttpProtocolOptions {
  /// HTTP/2, without which a proxy speaks HTTP/1 to the endpoints; or what the caller speaks.
  init(_ pool: ConnectionPool) {
    self.init()
    let http = pool.http
    var http2 = Envoy_Config_Core_V3_Http2ProtocolOptions()
    if let most = http?.maxConcurrentStreams, most > 0 {
      http2.maxConcurrentStreams = Proto.UInt32Wrapper(most)
    }
    if http?.useClientProtocol == true {
      useDownstreamProtocolConfig.httpProtocolOptions = .init()
      useDownstreamProtocolConfig.http2ProtocolOptions = http2
    } else {
      explicitHTTPConfig.http2ProtocolOptions = http2
    }
    if let timeout = http?.idleTimeout ?? pool.tcp?.idleTimeout {
      commonHTTPProtocolOptions.idleTimeout = Proto.Duration(timeout)
    }
    if let duration = pool.tcp?.maxConnectionDuration {
      commonHTTPProtocolOptions.maxConnectionDuration = Proto.Duration(duration)
    }
    if let most = http?.maxRequestsPerConnection, most > 0 {
      commonHTTPProtocolOptions.maxRequestsPerConnection = Proto.UInt32Wrapper(most)
    }
  }
}

extension Envoy_Config_Cluster_V3_OutlierDetection {
  /// As Istio sends it: errors in a row count, success rates don't.
  init(_ detection: OutlierDetection) {
    self.init()
    enforcingSuccessRate = 0
    if let errors = detection.consecutive5xxErrors {
      consecutive5Xx = Proto.UInt32Wrapper(errors)
      enforcingConsecutive5Xx = Proto.UInt32Wrapper(errors > 0 ? 100 : 0)
    }
    if let errors = detection.consecutiveGatewayErrors {
      consecutiveGatewayFailure = Proto.UInt32Wrapper(errors)
      enforcingConsecutiveGatewayFailure = Proto.UInt32Wrapper(errors > 0 ? 100 : 0)
    }
    if detection.splitExternalLocalOriginErrors == true {
      splitExternalLocalOriginErrors = true
      enforcingLocalOriginSuccessRate = 0
      if let failures = detection.consecutiveLocalOriginFailures, failures > 0 {
        consecutiveLocalOriginFailure = Proto.UInt32Wrapper(failures)
      }
    }
    // Envoy refuses 0.
    if let interval = detection.interval, interval > .zero {
      self.interval = Proto.Duration(interval)
    }
    if let time = detection.baseEjectionTime, time > .zero {
      baseEjectionTime = Proto.Duration(time)
    }
    if let percent = detection.maxEjectionPercent {
      maxEjectionPercent = Proto.UInt32Wrapper(min(percent, 100))
    }
  }
}
