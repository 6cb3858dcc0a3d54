/// The walkthrough that Dubbo-go users know: one service, two workload versions, four rule sets.
package enum Walkthrough {
  /// One of the four rule sets.
  package struct Step: Hashable, Sendable {
    /// From 0.
    package let number: Int
    package let title: String
    package let rules: MeshRules
  }

  package static let host = HostName("dubbo-go-server.default.svc.cluster.local")
  /// The port named `triple`.
  package static let port: UInt16 = 20_000
  /// The label that tells workload versions apart; its values are the subsets' names.
  package static let versionLabel = "dubbogoAppVersion"
  /// The name of its VirtualService and of its DestinationRule.
  package static let name = ResourceName(name: "dubbo-go-server")

  package static let service = MeshService(
    host: host,
    ports: [MeshService.Port(name: "triple", number: port)]
  )

  /// The steps, in order: a step's number is its index.
  package static let steps = [
    Step(number: 0, title: "no rules", rules: rules([])),
    Step(
      number: 1,
      title: "all to v1",
      rules: rules([HTTPRoute(destinations: [destination("v1", .hundred)])])
    ),
    Step(
      number: 2,
      title: "user: admin to v2, the rest to v1",
      rules: rules([
        HTTPRoute(
          matches: [HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])],
          destinations: [destination("v2", .hundred)]
        ),
        HTTPRoute(destinations: [destination("v1", .hundred)]),
      ])
    ),
    Step(number: 3, title: "90/10", rules: start),
  ]

  /// What the console opens with: v1 90, v2 10.
  package static let start = rules([
    HTTPRoute(destinations: [
      destination("v1", Weight(clamping: 90)), destination("v2", Weight(clamping: 10)),
    ])
  ])

  private static let destinationRule = DestinationRule(
    name: name,
    host: host.description,
    subsets: ["v1", "v2"].map { Subset(name: $0, labels: [versionLabel: $0]) }
  )

  /// The subsets are there in every step; without rules there is no VirtualService.
  private static func rules(_ http: [HTTPRoute]) -> MeshRules {
    MeshRules(
      virtualServices: http.isEmpty
        ? [] : [VirtualService(name: name, hosts: [host.description], http: http)],
      destinationRules: [destinationRule]
    )
  }

  private static func destination(_ subset: String, _ weight: Weight) -> RouteDestination {
    RouteDestination(host: host.description, subset: subset, weight: weight)
  }
}
