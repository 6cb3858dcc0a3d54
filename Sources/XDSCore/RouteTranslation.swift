import MeshModel

/// Translates the rules for one service port into routes.
struct RouteTranslation {
  private struct Target: Hashable {
    let host: String
    let subset: String?
    let port: UInt16?
  }

  private let port: ServicePort
  private let input: ServiceInput
  private let virtualService: VirtualService
  private let hosts: HostIndex
  private let profile: NodeProfile
  private var usedNames: [String: Int] = [:]
  /// Cluster names of destinations met before.
  private var clusterNames: [Target: String] = [:]

  private(set) var routes: [Route] = []
  /// The rule that each route stands for, by the route's name.
  private(set) var origins: [String: RuleAddress] = [:]
  private(set) var notes: [SnapshotNote] = []

  init(
    _ virtualService: VirtualService,
    of input: ServiceInput,
    port: ServicePort,
    hosts: HostIndex,
    profile: NodeProfile
  ) {
    self.virtualService = virtualService
    self.input = input
    self.port = port
    self.hosts = hosts
    self.profile = profile
    var index = 0
    var isComplete = false
    // What follows a rule for every call can't be reached.
    while index < virtualService.http.count, !isComplete {
      isComplete = translateRule(at: index)
      index += 1
    }
  }

  /// The route of a service port that no VirtualService is about.
  static func defaultRoute(
    to port: ServicePort,
    of input: ServiceInput,
    profile: NodeProfile
  ) -> Route {
    let key = input.hashingPolicies[port.host]?.hashKey(port: port.port, subset: nil)
    let settings = RouteSettings(hashPolicies: key.flatMap(profile.hashPolicy).map { [$0] } ?? [])
    return Route(
      name: "default",
      match: RouteMatch(),
      action: .cluster(port.clusterName()),
      settings: settings
    )
  }

  /// A route to no endpoint, for clients that must have one where no rule gives any.
  static func failingRoute(of port: ServicePort) -> Route {
    Route(name: "none", match: RouteMatch(), action: .cluster(emptyCluster(of: port)))
  }

  /// Returns whether the rule matches every call.
  private mutating func translateRule(at index: Int) -> Bool {
    let rule = virtualService.http[index]
    let address = RuleAddress(virtualService: virtualService.name, index: index)
    var translation = RouteSettingsTranslation(rule, profile: profile) { clusterName(of: $0) }
    let action = action(of: rule, &translation, noteAt: index)
    var settings = translation.settings
    settings.hashPolicies = hashPolicies(of: rule)
    note(translation.obstacles, at: index)
    for match in rule.matches.isEmpty ? [HTTPMatch()] : rule.matches
    where match.port ?? port.port == port.port {
      let translated = translate(match, at: index)
      settings.statPrefix = profile.obstacle(to: .statPrefix) == nil ? match.statPrefix : nil
      for routeMatch in translated {
        let name = uniqueName(of: rule, match: match, index: index)
        origins[name] = address
        routes.append(Route(name: name, match: routeMatch, action: action, settings: settings))
      }
      if translated.contains(where: \.isForEveryCall) { return true }
    }
    return false
  }

  private mutating func translate(_ match: HTTPMatch, at index: Int) -> [RouteMatch] {
    var translation = MatchTranslation(profile: profile)
    let translated = translation.translate(match)
    note(translation.obstacles, at: index)
    return translated
  }

  private mutating func note(_ obstacles: [String], at index: Int) {
    guard !obstacles.isEmpty else { return }
    let address = RuleAddress(virtualService: virtualService.name, index: index)
    let delegate = input.origins.isEmpty ? nil : input.origins[index].delegate
    let object = delegate.map { MeshObjectKey(kind: .virtualService, name: $0.virtualService) }
    notes += obstacles.map { SnapshotNote(profile, rule: address, object: object, $0) }
  }

  private mutating func uniqueName(of rule: HTTPRoute, match: HTTPMatch, index: Int) -> String {
    let base = (rule.name ?? "rule-\(index + 1)") + (match.name.map { ".\($0)" } ?? "")
    var name = base
    // A name may end in `#2` by itself.
    while origins[name] != nil {
      let count = usedNames[base, default: 1] + 1
      usedNames[base] = count
      name = "\(base)#\(count)"
    }
    return name
  }

  // MARK: Actions

  private mutating func action(
    of rule: HTTPRoute,
    _ translation: inout RouteSettingsTranslation,
    noteAt index: Int
  ) -> RouteAction {
    if let answer = rule.answer { return action(of: answer, noteAt: index) }
    // Istio: a single destination gets all calls, whatever its weight.
    if rule.destinations.count == 1 { return .cluster(clusterName(of: rule.destinations[0])) }
    var clusters: [WeightedCluster] = []
    var weights: [UInt64] = []
    var indices: [WeightedCluster: Int] = [:]
    for destination in rule.destinations where destination.weight > .zero {
      let name = clusterName(of: destination)
      let weight = UInt64(destination.weight.value)
      let headers =
        destination.headers.isEmpty ? HeaderChanges() : translation.changes(destination.headers)
      let cluster = WeightedCluster(name: name, weight: 0, headers: headers)
      if let index = indices[cluster] {
        weights[index] += weight
        continue
      }
      indices[cluster] = clusters.count
      weights.append(weight)
      clusters.append(cluster)
    }
    // Clients refuse routes without weight.
    guard let first = clusters.first else { return .cluster(Self.emptyCluster(of: port)) }
    if clusters.count == 1, first.headers.isEmpty { return .cluster(first.name) }
    for (index, weight) in WeightScaling.fitted(weights).enumerated() {
      clusters[index].weight = weight
    }
    return .weightedClusters(clusters)
  }

  private mutating func action(of answer: HTTPAnswer, noteAt index: Int) -> RouteAction {
    switch answer {
    case .redirect(var redirect):
      if let obstacle = profile.obstacle(to: .redirect) {
        note([obstacle], at: index)
        return .cluster(Self.emptyCluster(of: port))
      }
      if let code = redirect.code, ![301, 302, 303, 307, 308].contains(code) {
        note(["\(profile.clientName) can't redirect with \(code); it does with 302"], at: index)
        redirect.code = 302
      }
      switch redirect.port {
      case .fromRequestPort: redirect.port = .number(port.port)
      case .fromProtocolDefault: redirect.port = nil
      case .number, nil: break
      }
      return .redirect(redirect)
    case .direct(let response):
      if let obstacle = profile.obstacle(to: .directResponse) {
        note([obstacle], at: index)
        return .cluster(Self.emptyCluster(of: port))
      }
      return .directResponse(response)
    }
  }

  /// Those of the clusters that the rule sends calls to, each once.
  private func hashPolicies(of rule: HTTPRoute) -> [RouteSettings.HashPolicy] {
    guard !input.hashingPolicies.isEmpty else { return [] }
    var policies: [RouteSettings.HashPolicy] = []
    for destination in rule.destinations {
      let target = target(of: destination)
      guard
        let key = input.hashingPolicies[target.host]?
          .hashKey(port: target.port, subset: destination.subset),
        let policy = profile.hashPolicy(key), !policies.contains(policy)
      else { continue }
      policies.append(policy)
    }
    return policies
  }

  // MARK: Clusters

  /// No label has a dot, so no subset is called this.
  private static func emptyCluster(of port: ServicePort) -> String {
    port.clusterName(subset: "no.destination")
  }

  private mutating func clusterName(of destination: RouteDestination) -> String {
    let key = Target(
      host: destination.host,
      subset: destination.subset,
      port: destination.port
    )
    if let known = clusterNames[key] { return known }
    let name = target(of: destination).clusterName(subset: destination.subset)
    clusterNames[key] = name
    return name
  }

  private func target(of destination: RouteDestination) -> ServicePort {
    let host = HostName(destination.host, inNamespace: virtualService.name.namespace)
    let number = destination.port ?? hosts.onlyPort(of: host) ?? port.port
    return ServicePort(host: host, port: number)
  }
}

extension RouteMatch {
  var isForEveryCall: Bool {
    headers.isEmpty && queryParameters.isEmpty && fractionPerMillion == nil
      && (path == .prefix("/") || path == .prefix(""))
  }
}
