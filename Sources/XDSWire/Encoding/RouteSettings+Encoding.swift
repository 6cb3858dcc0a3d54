import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Route_V3_Route {
  /// What holds for the route whatever its action is.
  mutating func set(_ settings: RouteSettings) throws {
    let request = settings.headers.request
    let response = settings.headers.response
    requestHeadersToAdd = request.additions
    requestHeadersToRemove = request.remove
    responseHeadersToAdd = response.additions
    responseHeadersToRemove = response.remove
    if let prefix = settings.statPrefix { statPrefix = prefix }
    if let fault = settings.fault {
      let packed = try Proto.AnyMessage(packing: Proto.HTTPFault(fault))
      typedPerFilterConfig[Listener.Filter.fault.wireName] = packed
    }
    if let cors = settings.cors {
      let packed = try Proto.AnyMessage(packing: Proto.CorsPolicy(cors))
      typedPerFilterConfig[Listener.Filter.cors.wireName] = packed
    }
  }
}

extension Envoy_Config_Route_V3_RouteAction {
  /// What holds for calls that are sent to a cluster.
  mutating func set(_ settings: RouteSettings, profile: NodeProfile) throws {
    setTimeout(settings.timeout, profile: profile)
    if let retry = settings.retry { retryPolicy = try Proto.RetryPolicy(retry) }
    hashPolicy = settings.hashPolicies.map(HashPolicy.init)
    requestMirrorPolicies = settings.mirrors.map { mirror in
      var policy = RequestMirrorPolicy()
      policy.cluster = mirror.cluster
      policy.runtimeFraction = Envoy_Config_Core_V3_RuntimeFractionalPercent(mirror.percentage)
      return policy
    }
    guard let rewrite = settings.rewrite else { return }
    if let authority = rewrite.authority { hostRewriteLiteral = authority }
    switch rewrite.path {
    case .prefix(let prefix): prefixRewrite = prefix
    case .regex(let match, let substitution):
      regexRewrite.pattern.regex = match
      regexRewrite.substitution = substitution
    case nil: break
    }
  }

  /// Says how long a call may take.
  ///
  /// A proxy that is told nothing would end every call after 15 seconds; so it is told 0, for no
  /// limit. Calls end by what `grpc-timeout` says, too, up to the limit where there is one. Where `max_stream_duration` is there, Envoy doesn't look at `timeout`.
  private mutating func setTimeout(_ limit: Duration?, profile: NodeProfile) {
    let limit = limit.map { Proto.Duration($0) }
    if profile.isProxy {
      timeout = limit ?? Proto.Duration()
      maxStreamDuration.grpcTimeoutHeaderMax = timeout
    }
    if let limit, profile.isProxy || profile.writesMaxStreamDuration {
      maxStreamDuration.maxStreamDuration = limit
    }
  }
}

extension Envoy_Config_Route_V3_RetryPolicy {
  /// How often another endpoint is looked for where the chosen one was tried before, as in Istio.
  private static let mostSelections: Int64 = 5

  fileprivate init(_ retry: RouteSettings.Retry) throws {
    self.init()
    retryOn = retry.retryOn
    numRetries = Proto.UInt32Wrapper(retry.attempts)
    retriableStatusCodes = retry.statusCodes
    if let timeout = retry.perTryTimeout { perTryTimeout = Proto.Duration(timeout) }
    if let backoff = retry.backoff { retryBackOff.baseInterval = Proto.Duration(backoff) }
    // Without the first a client refuses the second.
    if let most = retry.maximumBackoff, retry.backoff != nil {
      retryBackOff.maxInterval = Proto.Duration(most)
    }
    if retry.avoidsPreviousHosts {
      var predicate = RetryHostPredicate()
      predicate.name = "envoy.retry_host_predicates.previous_hosts"
      predicate.typedConfig = try Proto.AnyMessage(packing: Proto.PreviousHosts())
      retryHostPredicate = [predicate]
      hostSelectionRetryMaxAttempts = Self.mostSelections
    }
    if retry.triesOtherLocalities {
      var priorities = Proto.PreviousPriorities()
      priorities.updateFrequency = 2
      retryPriority.name = "envoy.retry_priorities.previous_priorities"
      retryPriority.typedConfig = try Proto.AnyMessage(packing: priorities)
    }
  }
}

extension Envoy_Config_Route_V3_RouteAction.HashPolicy {
  fileprivate init(_ policy: RouteSettings.HashPolicy) {
    self.init()
    switch policy {
    case .header(let name): header.headerName = name
    case .cookie(let cookie): self.cookie = Cookie(cookie)
    case .sourceIP: connectionProperties.sourceIp = true
    case .queryParameter(let name): queryParameter.name = name
    }
  }
}

extension Envoy_Config_Route_V3_RouteAction.HashPolicy.Cookie {
  fileprivate init(_ cookie: ConsistentHash.Cookie) {
    self.init()
    name = cookie.name
    if let path = cookie.path { self.path = path }
    if let ttl = cookie.ttl { self.ttl = Proto.Duration(ttl) }
    attributes = cookie.attributes.map { field in
      var attribute = Envoy_Config_Route_V3_RouteAction.HashPolicy.CookieAttribute()
      attribute.name = field.name
      attribute.value = field.value
      return attribute
    }
  }
}

extension Envoy_Extensions_Filters_Http_Fault_V3_HTTPFault {
  init(_ fault: HTTPFault) {
    self.init()
    if let delay = fault.delay {
      self.delay.fixedDelay = Proto.Duration(delay.duration)
      self.delay.percentage = Proto.FractionalPercent(delay.percentage)
    }
    guard let abort = fault.abort else { return }
    switch abort.status {
    case .http(let status): self.abort.httpStatus = UInt32(status)
    case .grpc(let code): self.abort.grpcStatus = code
    // No client knows it: an abort without a status would be refused.
    case .http2: return
    }
    self.abort.percentage = Proto.FractionalPercent(abort.percentage)
  }
}

extension Envoy_Extensions_Filters_Http_Cors_V3_CorsPolicy {
  init(_ policy: CORSPolicy) {
    self.init()
    allowOriginStringMatch = policy.allowOrigins.map(Proto.StringMatcher.init)
    allowMethods = policy.allowMethods.joined(separator: ",")
    allowHeaders = policy.allowHeaders.joined(separator: ",")
    exposeHeaders = policy.exposeHeaders.joined(separator: ",")
    if let age = policy.maxAge { maxAge = "\(age.nanoseconds / 1_000_000_000)" }
    if let allows = policy.allowCredentials { allowCredentials = Proto.BoolWrapper(allows) }
    if let unmatched = policy.unmatchedPreflights {
      forwardNotMatchingPreflights = Proto.BoolWrapper(unmatched == .forward)
    }
  }
}
