import MeshModel
import Testing

@Suite("The walkthrough")
struct WalkthroughTests {
  @Test("has four steps, numbered in order")
  func steps() {
    #expect(Walkthrough.steps.map(\.number) == [0, 1, 2, 3])
    let titles = ["no rules", "all to v1", "user: admin to v2, the rest to v1", "90/10"]
    #expect(Walkthrough.steps.map(\.title) == titles)
  }

  @Test("goes from no rules over v1 and the header to 90/10, which is also the start")
  func rules() {
    let summaries = Walkthrough.steps.map { step in
      step.rules.virtualServices.flatMap(\.http).map(\.summary)
    }
    #expect(
      summaries == [
        [], ["any request to v1"], ["user=admin to v2", "any request to v1"],
        ["any request to v1 90, v2 10"],
      ]
    )
    #expect(Walkthrough.start == Walkthrough.steps[3].rules)
  }

  @Test("names the subsets by their label in every step")
  func subsets() {
    for step in Walkthrough.steps {
      let subsets = step.rules.destinationRules.flatMap(\.subsets)
      #expect(subsets.map(\.name) == ["v1", "v2"])
      #expect(subsets.map(\.labels) == [["dubbogoAppVersion": "v1"], ["dubbogoAppVersion": "v2"]])
    }
  }

  @Test(
    "starts with a destination for each label that runs",
    arguments: [
      ([], "v1 90, v2 10"), (["v1", "v2"], "v1 90, v2 10"),
      (["v2", "v1", "v2"], "v2 10, v1 90"),
      (["v1", "v2", "v3"], "v1 90, v2 10, v3 0"),
      (["v1", "v3"], "v1 100, v3 0"), (["blue", "green", "red"], "blue 100, green 0, red 0"),
      (["v2"], "v2"),
    ]
  )
  func labels(labels: [String], destinations: String) {
    let rules = Walkthrough.rules(for: labels)
    #expect(rules.virtualServices[0].http.map(\.summary) == ["any request to \(destinations)"])
    let wanted = Set(labels.isEmpty ? ["v1", "v2"] : labels)
    #expect(Set(rules.destinationRules[0].subsets.map(\.name)) == wanted)
    #expect(rules.findings(inventory: MeshInventory()).allSatisfy { $0.severity == .warning })
  }

  @Test("keeps further labels as subsets in every step")
  func furtherLabels() {
    let steps = Walkthrough.steps(for: ["v3", "v1"])
    for step in steps {
      #expect(step.rules.destinationRules[0].subsets.map(\.name) == ["v1", "v2", "v3"])
    }
    for (step, plain) in zip(steps, Walkthrough.steps).prefix(3) {
      #expect(step.rules.virtualServices == plain.rules.virtualServices)
    }
    #expect(steps[3].rules == Walkthrough.rules(for: ["v1", "v2", "v3"]))
  }

  @Test("is about the service that Dubbo-go users know")
  func service() {
    #expect(Walkthrough.service.host.description == "dubbo-go-server.default.svc.cluster.local")
    #expect(Walkthrough.service.ports == [.init(name: "triple", number: 20_000)])
  }
}
