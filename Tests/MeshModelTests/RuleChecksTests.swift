import MeshModel
import TestSupport
import Testing

@Suite("Checks that remember")
struct RuleChecksTests {
  /// Changes to a book and its inventory that touch every part which checks look at.
  private static let changes: [@Sendable (inout Mesh, inout SeededGenerator) -> Void] = [
    { mesh, dice in
      let rule = Int.random(in: 0..<2, using: &dice)
      mesh.rules.virtualServices[rule].http[0].destinations[0].weight =
        Weight(clamping: Int.random(in: 0...1, using: &dice))
    },
    { mesh, dice in
      mesh.rules.virtualServices[1].http = (0..<2).map { _ in RandomRule.route(using: &dice) }
    },
    { mesh, dice in
      mesh.rules.virtualServices[0].http[0].destinations[0].subset = ["v1", "v2", "v3"]
        .randomElement(using: &dice)
    },
    { mesh, dice in
      mesh.rules.virtualServices[1].hosts = Bool.random(using: &dice) ? [] : ["dubbo-go-server"]
    },
    { mesh, _ in
      mesh.rules.virtualServices[0].http[0].delegate =
        mesh.rules.virtualServices[0].http[0].delegate == nil ? ResourceName(name: "other") : nil
    },
    { mesh, dice in
      mesh.rules.destinationRules[0].subsets[0].labels =
        Bool.random(using: &dice) ? [:] : [Walkthrough.versionLabel: "v1"]
    },
    { mesh, dice in
      mesh.inventory.workloads[0].health = Bool.random(using: &dice) ? .healthy : .draining
    },
    { mesh, _ in
      mesh.inventory.services = mesh.inventory.services.isEmpty ? [Walkthrough.service] : []
    },
    { mesh, dice in
      let entry = ServiceEntry(
        name: ResourceName(name: "greeter"),
        hosts: ["greeter"],
        ports: Bool.random(using: &dice) ? [] : [ServiceEntry.Port(number: 80, name: "grpc")]
      )
      mesh.rules.serviceEntries = mesh.rules.serviceEntries.isEmpty ? [entry] : []
    },
    { mesh, _ in mesh.rules.virtualServices.reverse() },
  ]

  @Test("say the same as checks that start anew, whatever changed", arguments: 0..<20)
  func sameAsAnew(seed: Int) {
    var dice = SeededGenerator(seed: UInt64(seed))
    var mesh = Mesh(rules: Walkthrough.start, inventory: FindingsTests.inventory)
    var other = mesh.rules.virtualServices[0]
    other.name = ResourceName(name: "other")
    mesh.rules.virtualServices.append(other)
    var checks = RuleChecks()
    var told: Set<[Finding]> = []
    for _ in 0..<60 {
      Self.changes.randomElement(using: &dice)?(&mesh, &dice)
      let findings = checks.findings(on: mesh.rules, inventory: mesh.inventory)
      #expect(findings == mesh.rules.findings(inventory: mesh.inventory))
      told.insert(findings)
    }
    #expect(told.count > 5)
  }

  @Test("know the services of the rules' own entries, told of or not")
  func ownEntries() {
    var rules = Walkthrough.start
    rules.virtualServices[0].http[0].destinations = [
      RouteDestination(host: "shop.example.com", weight: .one)
    ]
    let entry = ServiceEntry(
      name: ResourceName(name: "shop"),
      hosts: ["shop.example.com"],
      ports: [ServiceEntry.Port(number: 80, name: "grpc")],
      endpoints: [WorkloadEntry.Endpoint(address: "10.0.0.1")]
    )
    let inventory = FindingsTests.inventory
    #expect(rules.findings(inventory: inventory).map(\.code) == [.hostUnknown])
    rules.serviceEntries = [entry]
    #expect(rules.findings(inventory: inventory).isEmpty)
    var own = InventoryResolution(serviceEntries: [entry], workloadEntries: []).inventory
    own.services += inventory.services
    own.workloads[0].health = .unhealthy
    own.workloads += inventory.workloads
    #expect(rules.findings(inventory: own).map(\.code) == [.subsetWithoutWorkload])
  }
}
