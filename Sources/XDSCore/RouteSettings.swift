package import MeshModel

/// What a route does to its calls beside choosing a cluster: only what its profile's clients obey.
package struct RouteSettings: Hashable, Sendable {
  /// Tries a failed call again.
  package struct Retry: Hashable, Sendable {
    /// Beyond the first try; 1 or more.
    package var attempts: UInt32
    /// Envoy's conditions and gRPC's code names, comma-separated.
    package var retryOn: String
    /// HTTP statuses, for the condition `retriable-status-codes`.
    package var statusCodes: [UInt32]
    package var perTryTimeout: Duration?
    /// The first pause; each next is at most twice as long, up to ``maximumBackoff``.
    package var backoff: Duration?
    package var maximumBackoff: Duration?
    /// Whether a try avoids the endpoints of the tries before it.
    package var avoidsPreviousHosts: Bool
    /// Whether a try prefers other localities than those of the tries before it.
    package var triesOtherLocalities: Bool

    package init(
      attempts: UInt32,
      retryOn: String,
      statusCodes: [UInt32] = [],
      perTryTimeout: Duration? = nil,
      backoff: Duration? = nil,
      maximumBackoff: Duration? = nil,
      avoidsPreviousHosts: Bool = false,
      triesOtherLocalities: Bool = false
    ) {
      self.attempts = attempts
      self.retryOn = retryOn
      self.statusCodes = statusCodes
      self.perTryTimeout = perTryTimeout
      self.backoff = backoff
      self.maximumBackoff = maximumBackoff
      self.avoidsPreviousHosts = avoidsPreviousHosts
      self.triesOtherLocalities = triesOtherLocalities
    }
  }

  package struct Mirror: Hashable, Sendable {
    package var cluster: String
    package var percentage: Percentage

    package init(cluster: String, percentage: Percentage) {
      self.cluster = cluster
      self.percentage = percentage
    }
  }

  /// What is hashed to choose an endpoint.
  package enum HashPolicy: Hashable, Sendable {
    case header(String)
    case cookie(ConsistentHash.Cookie)
    case sourceIP
    case queryParameter(String)
  }

  /// The whole call's limit; nil for none.
  package var timeout: Duration?
  package var retry: Retry?
  package var rewrite: HTTPRewrite?
  package var headers: HeaderChanges
  package var mirrors: [Mirror]
  package var hashPolicies: [HashPolicy]
  package var fault: HTTPFault?
  package var cors: CORSPolicy?
  /// What the calls are counted under; nil for nothing of their own.
  package var statPrefix: String?

  package init(
    timeout: Duration? = nil,
    retry: Retry? = nil,
    rewrite: HTTPRewrite? = nil,
    headers: HeaderChanges = HeaderChanges(),
    mirrors: [Mirror] = [],
    hashPolicies: [HashPolicy] = [],
    fault: HTTPFault? = nil,
    cors: CORSPolicy? = nil,
    statPrefix: String? = nil
  ) {
    self.timeout = timeout
    self.retry = retry
    self.rewrite = rewrite
    self.headers = headers
    self.mirrors = mirrors
    self.hashPolicies = hashPolicies
    self.fault = fault
    self.cors = cors
    self.statPrefix = statPrefix
  }
}

extension RouteSettings.Retry {
  /// The conditions that gRPC clients know (gRFC A44); all others they leave out.
  package static let grpcConditions: Set<String> = [
    "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
  ]
}
