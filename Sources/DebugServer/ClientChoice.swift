internal import XDSCore

/// Which client a page is asked for.
enum ClientChoice: Hashable, Sendable {
  /// The streams of one node.
  case found([ClientStatus])
  /// No ID was given; these are connected.
  case unsaid([String])
  /// Nothing matches; these are connected.
  case unknown([String])
  /// These match.
  case several([String])

  /// Node IDs that a page names; the rest is left out.
  static let maxNamed = 1_000

  /// Finds the client with that node ID, else the one with that in its node ID.
  init(proxyID: String, among clients: [ClientStatus]) {
    let known = Set(clients.map(\.node.id))
    let matching = known.contains(proxyID) ? [proxyID] : known.filter { $0.contains(proxyID) }
    let first = matching.first
    if proxyID.isEmpty {
      self = .unsaid(Self.named(known))
    } else if matching.count > 1 {
      self = .several(Self.named(Set(matching)))
    } else if let first {
      self = .found(clients.filter { $0.node.id == first })
    } else {
      self = .unknown(Self.named(known))
    }
  }

  private static func named(_ ids: Set<String>) -> [String] {
    Array(ids.sorted().prefix(maxNamed))
  }
}
