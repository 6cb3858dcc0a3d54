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
  package static let steps = steps(for: [])

  /// What the console opens with: v1 90, v2 10.
  package static let start = rules(for: firstLabels)

  /// The labels that the steps tell of.
  private static let firstLabels = ["v1", "v2"]

  /// The steps for a mesh with workloads of these labels.
  ///
  /// There is a subset for each, besides v1 and v2. Only the last step's rule names the others: with
  /// weight 0.
  package static func steps(for labels: [String]) -> [Step] {
    let labels = unique(firstLabels + labels)
    let toV2 = HTTPRoute(
      matches: [HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])],
      destinations: [destination("v2", .hundred)]
    )
    let toV1 = HTTPRoute(destinations: [destination("v1", .hundred)])
    return [
      Step(number: 0, title: "no rules", rules: rules([], labels)),
      Step(number: 1, title: "all to v1", rules: rules([toV1], labels)),
      Step(
        number: 2,
        title: "user: admin to v2, the rest to v1",
        rules: rules([toV2, toV1], labels)
      ),
      Step(number: 3, title: "90/10", rules: rules(for: labels)),
    ]
  }

  /// What a mesh with workloads of these labels starts with: one rule with a destination for each.
  ///
  /// v1 gets 90 and v2 10 where both are there, else the first label 100; all others 0. Without a
  /// label it is ``start``.
  package static func rules(for labels: [String]) -> MeshRules {
    let labels = labels.isEmpty ? firstLabels : unique(labels)
    let isSplit = firstLabels.allSatisfy(labels.contains)
    let destinations = labels.enumerated().map { index, label in
      let weight =
        switch label {
        case "v1" where isSplit: 90
        case "v2" where isSplit: 10
        default: isSplit || index > 0 ? 0 : 100
        }
      return destination(label, Weight(clamping: weight))
    }
    return rules([HTTPRoute(destinations: destinations)], labels)
  }

  /// The subsets are there in every step; without rules there is no VirtualService.
  private static func rules(_ http: [HTTPRoute], _ labels: [String]) -> MeshRules {
    MeshRules(
      virtualServices: http.isEmpty
        ? [] : [VirtualService(name: name, hosts: [host.description], http: http)],
      destinationRules: [
        DestinationRule(
          name: name,
          host: host.description,
          subsets: labels.map { Subset(name: $0, labels: [versionLabel: $0]) }
        )
      ]
    )
  }

  private static func destination(_ subset: String, _ weight: Weight) -> RouteDestination {
    RouteDestination(host: host.description, subset: subset, weight: weight)
  }

  private static func unique(_ labels: [String]) -> [String] {
    var seen: Set<String> = []
    return labels.filter { seen.insert($0).inserted }
  }
}
