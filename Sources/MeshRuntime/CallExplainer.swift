import MeshModel
import MeshPicture
import TrafficEngine
import XDSCore

/// Tells what becomes of calls under one snapshot.
struct CallExplainer: Sendable {
  let snapshot: Snapshot
  let revision: UInt64
  /// Of the rules that the snapshot was built from.
  let lookup: MeshLookup
  let workloads: [Workload]
  let tables: RouteTables
  /// Paths that were called on the service, to know a method by its bare name.
  let paths: [String]

  /// See ``CallExplanation/skipped``.
  static let keptSkipped = 200

  /// - Complexity: O(routes).
  func explain(_ request: ExplainRequest) -> CallExplanation {
    guard let port = snapshot.servicePort(dialled: request.authority) else {
      return explanation(request, .fails(reasonForNoService(request.authority)))
    }
    guard let entry = tables.entry(for: port, in: snapshot) else {
      return explanation(request, .fails("clients of this profile get no routes for it"))
    }
    var request = request
    request.path = path(request.path, for: port, entry)
    var result = explanation(request, .routed)
    result.service = port.host
    result.port = port.port
    let virtualService = lookup.virtualService(for: port.host)
    result.virtualService = entry.virtualService ?? virtualService?.name
    result.resources = resources(entry)
    let found = decide(request, entry.table)
    result.skipped = skipped(found, entry, virtualService)
    guard let match = found.match else {
      result.outcome = .fails(noRouteReason(virtualService))
      return result
    }
    add(match, entry, to: &result)
    return result
  }

  private func explanation(
    _ request: ExplainRequest,
    _ outcome: CallExplanation.Outcome
  ) -> CallExplanation {
    CallExplanation(
      request: request,
      revision: revision,
      profile: snapshot.profile.rawValue,
      outcome: outcome
    )
  }

  private func add(
    _ match: RouteExplanation.Match,
    _ entry: RouteTables.Entry,
    to result: inout CallExplanation
  ) {
    let address = entry.rules[match.routeIndex]
    result.rule = address.map { $0.index + 1 }
    result.virtualService = address?.virtualService ?? result.virtualService
    result.routeName = match.route.name
    result.shares = match.shares.map(share)
    result.settings = match.route.settingsInWords + clusterSettings(match.shares)
    result.resources += match.shares.flatMap(resources)
    result.notes = address.map(notes) ?? []
    result.outcome = outcome(of: match.route.action, result.shares)
  }

  // MARK: The call

  private func decide(_ request: ExplainRequest, _ table: RouteTable) -> RouteExplanation {
    let fields = request.headers.map { HeaderField(name: $0.name.lowercased(), value: $0.value) }
    switch snapshot.profile {
    case .grpc:
      let headers = HeaderFields(fields)
      return table.explain(path: request.path, fields: headers, keeping: Self.keptSkipped)
    case .dubbo:
      // It looks at the method's name alone.
      let method = request.path.split(separator: "/").last ?? ""
      let headers = HeaderFields(fields)
      return table.explain(path: "/\(method)", fields: headers, keeping: Self.keptSkipped)
    case .envoy:
      let headers = HeaderFields.ofProxiedCall(
        fields,
        method: request.method,
        authority: request.authority
      )
      return table.explain(path: request.path, fields: headers, keeping: Self.keptSkipped)
    }
  }

  /// The path that is meant: a method's bare name is looked for in what was called, and then in
  /// what the routes look for.
  private func path(_ path: String, for port: ServicePort, _ entry: RouteTables.Entry) -> String {
    guard !path.hasPrefix("/") else { return path }
    let ending = "/\(path)"
    if let called = paths.first(where: { $0.hasSuffix(ending) }) { return called }
    for route in entry.table.routes {
      switch route.match.path {
      case .exact(let text) where text.hasSuffix(ending): return text
      case .prefix(let text) where text.hasSuffix(ending): return text
      case .exact, .prefix, .regex: continue
      }
    }
    return ending
  }

  // MARK: Failures

  private func noRouteReason(_ virtualService: VirtualService?) -> String {
    let name = virtualService.map { "of VirtualService \($0.name) " } ?? ""
    let status = snapshot.profile == .envoy ? "HTTP status 404" : "UNAVAILABLE"
    return "no rule \(name)takes it; such calls end with \(status)"
  }

  private func reasonForNoService(_ authority: String) -> String {
    let host = authority.split(separator: ":").first.map { $0.lowercased() } ?? ""
    if let service = snapshot.services.first(where: { $0.host.aliases.contains(host) }) {
      let ports = service.ports.map { "\($0.number)" }.joined(separator: ", ")
      return authority.contains(":")
        ? "\(service.host) has no such port; it has \(ports)"
        : "\(service.host) has several ports; want one of them behind a colon: \(ports)"
    }
    let hosts = snapshot.services.prefix(Self.searchedHosts).map(\.host)
    let names = hosts.flatMap { [$0.description, $0.aliases.last ?? ""] }
    let near = NearestName.nearest(to: host, among: names).map { "; did you mean \($0)?" }
    let some = hosts.prefix(3).map(\.description).joined(separator: ", ")
    let known =
      hosts.isEmpty ? "; it has none" : "; it has \(some)" + (hosts.count > 3 ? ", ..." : "")
    return "the mesh has no service \(authority)" + (near ?? known)
  }

  private static let searchedHosts = 1_000
}
