import MeshModel

/// Translates what a rule does beside choosing a cluster, as far as the profile's clients obey it.
struct RouteSettingsTranslation {
  /// Istio's conditions where a rule with retries names none.
  static let usualRetryConditions = [
    "connect-failure", "refused-stream", "unavailable", "cancelled", "retriable-status-codes",
  ]
  /// The condition that makes a client look at HTTP statuses.
  private static let statusCondition = "retriable-status-codes"
  /// gRPC's clients try a call so often at most, the first time included.
  private static let mostTriesOfGRPC: UInt32 = 5

  let profile: NodeProfile
  private(set) var settings = RouteSettings()
  /// Sentences for the operator.
  private(set) var obstacles: [String] = []

  /// Translates a rule.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - profile: For whose clients.
  ///   - mirrorCluster: The cluster of a mirror's destination.
  init(_ rule: HTTPRoute, profile: NodeProfile, mirrorCluster: (RouteDestination) -> String) {
    self.profile = profile
    if let timeout = rule.timeout, timeout > .zero, allows(.timeout) { settings.timeout = timeout }
    if let retries = rule.retries, retries.attempts > 0, allows(.retries) {
      settings.retry = retry(retries)
    }
    if let fault = rule.fault, allows(.fault) { settings.fault = self.fault(fault) }
    if !rule.mirrors.isEmpty, allows(.mirrors) {
      settings.mirrors = rule.mirrors.map {
        RouteSettings.Mirror(cluster: mirrorCluster($0.destination), percentage: $0.percentage)
      }
    }
    if let rewrite = rule.rewrite, allows(.rewrite) { settings.rewrite = self.rewrite(rewrite) }
    if let cors = rule.cors, allows(.cors) { settings.cors = self.cors(cors) }
    takeHeaders(of: rule)
    if rule.matches.contains(where: { $0.statPrefix != nil }) { _ = allows(.statPrefix) }
  }

  private mutating func allows(_ part: RulePart) -> Bool {
    guard let obstacle = profile.obstacle(to: part) else { return true }
    obstacles.append(obstacle)
    return false
  }

  // MARK: Retries

  private mutating func retry(_ retries: HTTPRetry) -> RouteSettings.Retry? {
    let wanted = retries.retryOn.isEmpty ? Self.usualRetryConditions : retries.retryOn
    if profile == .grpc { return grpcRetry(retries, wanted) }
    let statuses = wanted.compactMap(UInt32.init)
    var conditions = wanted.filter { UInt32($0) == nil }
    if !statuses.isEmpty, !conditions.contains(Self.statusCondition) {
      conditions.append(Self.statusCondition)
    }
    return RouteSettings.Retry(
      attempts: retries.attempts,
      retryOn: conditions.joined(separator: ","),
      statusCodes: statuses,
      perTryTimeout: retries.perTryTimeout.flatMap { $0 > .zero ? $0 : nil },
      backoff: retries.backoff.flatMap { $0 > .zero ? $0 : nil },
      avoidsPreviousHosts: retries.retryIgnorePreviousHosts ?? true,
      triesOtherLocalities: retries.retryRemoteLocalities ?? false
    )
  }

  private mutating func grpcRetry(
    _ retries: HTTPRetry,
    _ wanted: [String]
  ) -> RouteSettings.Retry? {
    let known = wanted.filter(RouteSettings.Retry.grpcConditions.contains)
    let unknown = wanted.filter { !known.contains($0) }
    if !unknown.isEmpty, !retries.retryOn.isEmpty {
      obstacles.append("gRPC doesn't try again on \(unknown.joined(separator: ", "))")
    }
    guard !known.isEmpty else { return nil }
    if retries.perTryTimeout != nil { obstacles.append("gRPC doesn't limit a single try's time") }
    if retries.attempts >= Self.mostTriesOfGRPC {
      obstacles.append("gRPC tries a call \(Self.mostTriesOfGRPC) times at most")
    }
    if retries.retryIgnorePreviousHosts != nil || retries.retryRemoteLocalities != nil {
      obstacles.append("gRPC doesn't choose an endpoint by those tried before")
    }
    return RouteSettings.Retry(
      attempts: retries.attempts,
      retryOn: known.joined(separator: ","),
      backoff: retries.backoff.flatMap { $0 > .zero ? $0 : nil }
    )
  }

  // MARK: Faults

  private mutating func fault(_ fault: HTTPFault) -> HTTPFault? {
    var result = fault
    if case .http2? = fault.abort?.status {
      obstacles.append("\(profile.clientName) doesn't abort calls with http2Error")
      result.abort = nil
    }
    if let delay = fault.delay, delay.duration <= .zero { result.delay = nil }
    return result.delay == nil && result.abort == nil ? nil : result
  }

  // MARK: Rewriting

  private mutating func rewrite(_ rewrite: HTTPRewrite) -> HTTPRewrite? {
    guard case .regex(let match, _)? = rewrite.path else { return rewrite }
    do throws(MeshConfigError) {
      _ = try RE2Pattern(match)
      return rewrite
    } catch {
      obstacles.append("\(error.message); the path is not rewritten")
      return rewrite.authority == nil ? nil : HTTPRewrite(authority: rewrite.authority)
    }
  }

  private mutating func cors(_ policy: CORSPolicy) -> CORSPolicy {
    var policy = policy
    policy.allowOrigins = policy.allowOrigins.filter { origin in
      guard case .regex(let source) = origin, (try? RE2Pattern(source)) == nil else { return true }
      obstacles.append("allowOrigins has \(source), which is no RE2 expression; it is left out")
      return false
    }
    return policy
  }

  // MARK: Headers

  /// Of a single destination also its own; those of several go with their clusters.
  private mutating func takeHeaders(of rule: HTTPRoute) {
    guard !rule.headers.isEmpty || rule.destinations.contains(where: { !$0.headers.isEmpty }),
      allows(.headerChanges)
    else { return }
    settings.headers = changes(rule.headers)
    if rule.destinations.count == 1 {
      settings.headers.append(changes(rule.destinations[0].headers))
    }
    guard settings.rewrite?.authority == nil, let authority = rule.newAuthority else { return }
    settings.rewrite = HTTPRewrite(path: settings.rewrite?.path, authority: authority)
  }

  /// The changes that a client can make; Envoy refuses all routes for a change of `host` or of a
  /// pseudo-header.
  mutating func changes(_ changes: HeaderChanges) -> HeaderChanges {
    guard profile.obstacle(to: .headerChanges) == nil else { return HeaderChanges() }
    var result = changes
    remove(from: &result.request, isRequest: true)
    remove(from: &result.response, isRequest: false)
    return result
  }

  private mutating func remove(from operations: inout HeaderChanges.Operations, isRequest: Bool) {
    let names = (operations.set + operations.add).map(\.name) + operations.remove
    let fixed = Set(names.filter(\.isFixedHeader))
    guard !fixed.isEmpty else { return }
    operations.set.removeAll { $0.name.isFixedHeader }
    operations.add.removeAll { $0.name.isFixedHeader }
    operations.remove.removeAll(where: \.isFixedHeader)
    // What sets the authority is a rewrite.
    let others = fixed.filter { !(isRequest && $0.isAuthority) }.sorted()
    guard !others.isEmpty else { return }
    obstacles.append("\(profile.clientName) can't change \(others.joined(separator: ", "))")
  }
}

extension HTTPRoute {
  /// What its headers set the authority to; nil where they don't.
  fileprivate var newAuthority: String? {
    let own = headers.request.set
    let all = destinations.count == 1 ? own + destinations[0].headers.request.set : own
    return all.last { $0.name.isAuthority }?.value
  }
}

extension HeaderChanges {
  fileprivate mutating func append(_ other: HeaderChanges) {
    request.append(other.request)
    response.append(other.response)
  }
}

extension HeaderChanges.Operations {
  fileprivate mutating func append(_ other: HeaderChanges.Operations) {
    self.set += other.set
    add += other.add
    remove += other.remove
  }
}

extension String {
  fileprivate var isAuthority: Bool { ["host", ":authority"].contains(lowercased()) }
  fileprivate var isFixedHeader: Bool { hasPrefix(":") || lowercased() == "host" }
}
