package import MeshModel

/// What `get` and `describe` can list.
package enum ListedKind: Hashable, Sendable {
  /// Objects of the rule book.
  case objects(MeshObjectKind)
  case services, endpoints, clients, revisions

  /// Reads a kind's name: short, singular or plural, in any case.
  package init?(_ text: String) {
    let text = text.lowercased()
    guard let kind = ListedKind.names.first(where: { $0.names.contains(text) })?.kind else {
      return nil
    }
    self = kind
  }

  /// What can be written for it, the usual first.
  private static let names: [(kind: ListedKind, names: [String])] = [
    (.objects(.virtualService), names("virtualservice", "vs")),
    (.objects(.destinationRule), names("destinationrule", "dr")),
    (.objects(.serviceEntry), ["serviceentry", "serviceentries", "se"]),
    (.objects(.workloadEntry), ["workloadentry", "workloadentries", "we"]),
    (.services, names("service", "svc")),
    (.endpoints, names("endpoint", "ep") + names("workload", "wl")),
    (.clients, names("client", "cl")),
    (.revisions, names("revision", "rev")),
  ]

  private static func names(_ singular: String, _ short: String) -> [String] {
    ["\(singular)s", singular, short]
  }

  /// What is wanted where a name isn't known.
  package static let wanted =
    "vs, dr, se, we, services, endpoints, clients or revisions"

  /// In the words of messages, in the singular.
  var noun: String {
    switch self {
    case .objects(let kind): kind.rawValue
    case .services: "service"
    case .endpoints: "endpoint"
    case .clients: "client"
    case .revisions: "revision"
    }
  }
}

extension MeshObjectKind {
  /// As kubectl writes it before a name: `virtualservice.networking.istio.io`.
  package var resource: String { "\(rawValue.lowercased()).networking.istio.io" }
}

extension MeshObjectKey {
  /// As kubectl writes it: `virtualservice.networking.istio.io/greeter`.
  package var resource: String { "\(kind.resource)/\(name.name)" }
}
