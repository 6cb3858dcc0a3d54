import MeshModel

/// Translates the rules for one service port into routes.
struct RouteTranslation {
  private let port: ServicePort
  private let virtualService: VirtualService
  private let hosts: HostIndex
  private var matches: MatchTranslation
  private var usedNames: Set<String> = []

  private(set) var routes: [Route] = []
  /// The rule that each route stands for, by the route's name.
  private(set) var origins: [String: RuleAddress] = [:]
  private(set) var notes: [SnapshotNote] = []

  init(
    _ virtualService: VirtualService,
    port: ServicePort,
    hosts: HostIndex,
    profile: NodeProfile
  ) {
    self.virtualService = virtualService
    self.port = port
    self.hosts = hosts
    matches = MatchTranslation(profile: profile)
    var index = 0
    var isComplete = false
    // What follows a rule for every call can't be reached.
    while index < virtualService.http.count, !isComplete {
      isComplete = translateRule(at: index)
      index += 1
    }
  }

  /// The route of a service port that no VirtualService is about.
  static func defaultRoute(to port: ServicePort) -> Route {
    Route(name: "default", match: RouteMatch(), action: .cluster(port.clusterName()))
  }

  /// A route to no endpoint, for clients that must have one where no rule gives any.
  static func failingRoute(of port: ServicePort) -> Route {
    Route(name: "none", match: RouteMatch(), action: .cluster(emptyCluster(of: port)))
  }

  /// Returns whether the rule matches every call.
  private mutating func translateRule(at index: Int) -> Bool {
    let rule = virtualService.http[index]
    let address = RuleAddress(virtualService: virtualService.name, index: index)
    let action = action(of: rule)
    for match in rule.matches.isEmpty ? [HTTPMatch()] : rule.matches {
      let translated = translate(match, for: address)
      for routeMatch in translated {
        let name = uniqueName(of: rule, match: match, index: index)
        origins[name] = address
        routes.append(Route(name: name, match: routeMatch, action: action))
      }
      if translated.contains(where: \.isForEveryCall) { return true }
    }
    return false
  }

  private mutating func translate(_ match: HTTPMatch, for address: RuleAddress) -> [RouteMatch] {
    var translation = matches
    let translated = translation.translate(match)
    notes += translation.obstacles.map { SnapshotNote(matches.profile, rule: address, $0) }
    return translated
  }

  private mutating func uniqueName(of rule: HTTPRoute, match: HTTPMatch, index: Int) -> String {
    let base = (rule.name ?? "rule-\(index + 1)") + (match.name.map { ".\($0)" } ?? "")
    var name = base
    var count = 1
    while !usedNames.insert(name).inserted {
      count += 1
      name = "\(base)#\(count)"
    }
    return name
  }

  private func action(of rule: HTTPRoute) -> RouteAction {
    // Istio: a single destination gets all calls, whatever its weight.
    if rule.destinations.count == 1 { return .cluster(clusterName(of: rule.destinations[0])) }
    var names: [String] = []
    var weights: [String: UInt64] = [:]
    for destination in rule.destinations where destination.weight > .zero {
      let name = clusterName(of: destination)
      if weights[name] == nil { names.append(name) }
      weights[name, default: 0] += UInt64(destination.weight.value)
    }
    switch names.count {
    // Clients refuse routes without weight.
    case 0: return .cluster(Self.emptyCluster(of: port))
    case 1: return .cluster(names[0])
    default:
      let fitted = WeightScaling.fitted(names.map { weights[$0, default: 0] })
      return .weightedClusters(zip(names, fitted).map { WeightedCluster(name: $0, weight: $1) })
    }
  }

  /// No label has a dot, so no subset is called this.
  private static func emptyCluster(of port: ServicePort) -> String {
    port.clusterName(subset: "no.destination")
  }

  private func clusterName(of destination: RouteDestination) -> String {
    let host = HostName(destination.host, inNamespace: virtualService.name.namespace)
    let number = destination.port ?? hosts.onlyPort(of: host) ?? port.port
    return ServicePort(host: host, port: number).clusterName(subset: destination.subset)
  }
}

extension RouteMatch {
  var isForEveryCall: Bool {
    headers.isEmpty && fractionPerMillion == nil && (path == .prefix("/") || path == .prefix(""))
  }
}
