import MeshModel
import Synchronization
import TrafficEngine
import XDSCore

/// The routes of service ports, compiled when they are first asked for and kept while they are new.
///
/// Several threads may ask; what two of them ask for at once may be compiled twice.
final class RouteTables: Sendable {
  /// One service port's routes as one profile's clients follow them.
  struct Entry: Sendable {
    let listener: String
    let configurationName: String
    let table: RouteTable
    /// The rule that each route stands for, by the route's index; nil for none.
    let rules: [RuleAddress?]
    /// The VirtualService of the rules; nil where no route stands for any.
    let virtualService: ResourceName?
  }

  private struct TableKey: Hashable, Sendable {
    let profile: NodeProfile
    let port: ServicePort
    /// Changes whenever the routes do.
    let version: String
  }

  private struct EntryKey: Hashable, Sendable {
    let profile: NodeProfile
    let port: ServicePort
    /// The same routes may come to stand for other rules.
    let push: UInt64
  }

  private struct State {
    var tables = Memo<TableKey, RouteTable>(limit: limit)
    var entries = Memo<EntryKey, Entry>(limit: limit)
  }

  private static let limit = 12

  private let state = Mutex(State())

  /// The routes of a port under a snapshot; nil where it has none.
  ///
  /// O(routes) for the first who asks.
  func entry(for port: ServicePort, in snapshot: Snapshot) -> Entry? {
    let key = EntryKey(profile: snapshot.profile, port: port, push: snapshot.revision)
    if let known = state.withLock({ $0.entries.value(for: key) }) { return known }
    guard let routes = snapshot.routes(of: port) else { return nil }
    let table = table(routes.configuration, of: port, in: snapshot)
    let entry = Entry(
      listener: routes.listener,
      configurationName: routes.configuration.name,
      table: table,
      rules: table.routes.map { routes.rules[$0.name] },
      virtualService: routes.rules.first?.value.virtualService
    )
    return state.withLock { $0.entries.keep(entry, for: key) }
  }

  private func table(
    _ configuration: RouteConfiguration,
    of port: ServicePort,
    in snapshot: Snapshot
  ) -> RouteTable {
    let version = snapshot.resourceVersion(.routeConfiguration, named: configuration.name)
    let key = TableKey(profile: snapshot.profile, port: port, version: version ?? "")
    if let known = state.withLock({ $0.tables.value(for: key) }) { return known }
    let table = RouteTable(
      configuration,
      authority: "\(port.host):\(port.port)",
      semantics: snapshot.profile == .envoy ? .envoy : .grpc
    )
    return state.withLock { $0.tables.keep(table, for: key) }
  }
}
