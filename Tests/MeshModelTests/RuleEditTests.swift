import MeshModel
import TestSupport
import Testing

@Suite("Rule edits")
struct RuleEditTests {
  static let address = RuleAddress(virtualService: Walkthrough.name, index: 0)

  static func rules(_ weights: [Int]) -> MeshRules {
    var rules = Walkthrough.start
    rules.virtualServices[0].http = [route(weights)]
    return rules
  }

  static func route(_ weights: [Int]) -> HTTPRoute {
    HTTPRoute(
      destinations: weights.enumerated().map { index, weight in
        RouteDestination(host: "greeter", subset: "v\(index + 1)", weight: Weight(clamping: weight))
      }
    )
  }

  @Test(
    "move weight between destinations and keep the sum",
    arguments: [
      ([90, 10], 1, 10, [80, 20]), ([90, 10], 1, 1, [89, 11]), ([90, 10], 1, -1, [91, 9]),
      ([90, 10], 0, -10, [80, 20]), ([90, 10], 1, 95, [0, 100]), ([90, 10], 1, -50, [100, 0]),
      ([100, 0], 0, 10, [100, 0]), ([100, 0], 1, -10, [100, 0]),
      ([100, 0], 0, -10, [90, 10]), ([0, 100, 0], 1, -10, [0, 90, 10]),
      ([0, 0, 5], 2, -1, [1, 0, 99]),
      ([50, 30, 20], 0, 10, [60, 24, 16]), ([50, 30, 20], 0, -10, [40, 36, 24]),
      ([50, 25, 25], 0, 1, [51, 25, 24]), ([50, 25, 25], 0, -1, [49, 26, 25]),
      ([3, 1], 1, 1, [74, 26]), ([3, 1], 1, 10, [65, 35]), ([3, 1], 1, -1, [76, 24]),
      ([3, 1], 1, 50, [25, 75]), ([3, 1], 1, -50, [100, 0]), ([3, 0], 0, 10, [3, 0]),
      ([3, 0], 1, -10, [3, 0]), ([3, 1], 1, 0, [3, 1]), ([50, 49], 0, 1, [52, 48]),
      ([1, 1, 1], 0, 10, [44, 28, 28]), ([900, 100], 1, 10, [800, 200]),
      ([900, 100], 1, 1, [890, 110]),
      ([90, 10], 1, 0, [90, 10]), ([90, 10], 1, .max, [0, 100]), ([90, 10], 1, .min, [100, 0]),
      ([4_294_967_294, 1], 1, 50, [2_147_483_646, 2_147_483_649]),
    ]
  )
  func shift(before: [Int], destination: Int, amount: Int, after: [Int]) throws {
    let edit = RuleEdit.shiftWeight(Self.address, destination: destination, amount: amount)
    #expect(try Self.rules(before).applying(edit) == Self.rules(after))
  }

  @Test("keep the sum and the direction for random weights")
  func shiftProperty() throws {
    var dice = SeededGenerator(seed: 1)
    for _ in 0..<3000 {
      let count = Int.random(in: 2...6, using: &dice)
      let top = [3, 100, 1000, 700_000_000].randomElement(using: &dice) ?? 3
      let before = (0..<count).map { _ in Int.random(in: 0...top, using: &dice) }
      let sum = before.reduce(0, +)
      if sum == 0 { continue }
      let index = Int.random(in: 0..<count, using: &dice)
      let amount = Int.random(in: -30...30, using: &dice)
      let after = try Self.route(before).shiftedWeights(destination: index, amount: amount)
        .map { Int($0.value) }

      let isSame = after == before
      #expect(after.reduce(0, +) == (isSame ? sum : max(sum, 100)))
      // Of a rescaled rule only the sum can be told so simply.
      if sum < 100 { continue }
      let moved = after[index] - before[index]
      #expect(moved.signum() == amount.signum() || moved == 0)
      for other in 0..<count where other != index {
        #expect((after[other] - before[other]).signum() != amount.signum() || moved == 0)
        let isInProportion = before[other] == 0 || before[index] == sum
        #expect(isInProportion || abs(after[other] - before[other]) <= abs(moved))
      }
      if amount != 0, 0 < before[index], before[index] < sum { #expect(moved != 0) }
    }
  }

  @Test(
    "refuse shifts that can't be",
    arguments: [
      ([100], 0, MeshConfigError.Code.destinationsMissing), ([90, 10], 2, .destinationNotFound),
      ([90, 10], -1, .destinationNotFound), ([0, 0], 0, .weightsAllZero),
      ([4_294_967_295, 1], 0, .weightsOverflow),
    ]
  )
  func shiftErrors(weights: [Int], destination: Int, code: MeshConfigError.Code) {
    let edit = RuleEdit.shiftWeight(Self.address, destination: destination, amount: 10)
    let error = #expect(throws: MeshConfigError.self) { try Self.rules(weights).applying(edit) }
    #expect(error?.code == code)
    #expect(error?.message.contains("want") == true)
  }

  @Test("set all weights, if they can be")
  func setWeights() throws {
    let weights = [25, 75].map { Weight(clamping: $0) }
    let rules = Self.rules([90, 10])
    #expect(try rules.applying(.setWeights(Self.address, weights)) == Self.rules([25, 75]))
    for (weights, code) in [
      ([Weight.one], MeshConfigError.Code.weightsMalformed),
      ([.zero, .zero], .weightsAllZero),
      ([Weight(clamping: .max), .one], .weightsOverflow),
    ] {
      let error = #expect(throws: MeshConfigError.self) {
        try rules.applying(.setWeights(Self.address, weights))
      }
      #expect(error?.code == code)
    }
  }

  @Test(
    "give all destinations the same weight",
    arguments: [
      ([90, 10], [50, 50]), ([100, 0, 0], [33, 33, 33]), ([1, 0, 0], [1, 1, 1]), ([7], [7]),
      ([0, 0], [1, 1]),
    ]
  )
  func even(before: [Int], after: [Int]) throws {
    #expect(try Self.rules(before).applying(.evenWeights(Self.address)) == Self.rules(after))
  }

  @Test("insert, move, delete and rewrite rules")
  func structure() throws {
    let admin = Walkthrough.steps[2].rules
    let name = Walkthrough.name
    let first = RuleAddress(virtualService: name, index: 0)
    let second = RuleAddress(virtualService: name, index: 1)
    let third = RuleAddress(virtualService: name, index: 2)

    let moved = try admin.applying(.moveRule(first, to: 1))
    #expect(moved.virtualServices[0].http == admin.virtualServices[0].http.reversed())
    #expect(try moved.applying(.moveRule(second, to: 0)) == admin)

    let added = HTTPRoute(destinations: [RouteDestination(host: "greeter", weight: .one)])
    let inserted = try admin.applying(.insertRule(third, added))
    #expect(inserted.virtualServices[0].http.last == added)
    #expect(try inserted.applying(.deleteRule(third)) == admin)
    #expect(try admin.applying(.insertRule(first, added)).virtualServices[0].http.first == added)

    let matches = [HTTPMatch(uri: .prefix("/api"))]
    let rewritten = try admin.applying(.setMatches(first, matches))
    #expect(rewritten.virtualServices[0].http.map(\.matches) == [matches, []])
    #expect(try admin.applying(.replaceRules(Walkthrough.start, title: "x")) == Walkthrough.start)
  }

  @Test("refuse what isn't there, and the last rule's deletion")
  func structureErrors() {
    let rules = Self.rules([90, 10])
    let missing = ResourceName(name: "other")
    func at(_ index: Int) -> RuleAddress {
      RuleAddress(virtualService: Walkthrough.name, index: index)
    }
    let route = Self.route([1])
    let rows: [(RuleEdit, MeshConfigError.Code)] = [
      (.deleteRule(at(0)), .defaultRuleMissing),
      (.deleteRule(at(1)), .ruleNotFound), (.deleteRule(at(-1)), .ruleNotFound),
      (.moveRule(at(0), to: 1), .ruleNotFound), (.moveRule(at(1), to: 0), .ruleNotFound),
      (.moveRule(at(0), to: .max), .ruleNotFound), (.setMatches(at(7), []), .ruleNotFound),
      (.insertRule(at(2), route), .ruleNotFound), (.insertRule(at(-1), route), .ruleNotFound),
      (.evenWeights(RuleAddress(virtualService: missing, index: 0)), .virtualServiceNotFound),
      (.insertRule(RuleAddress(virtualService: missing, index: 0), route), .virtualServiceNotFound),
    ]
    for (edit, code) in rows {
      let error = #expect(throws: MeshConfigError.self) { try rules.applying(edit) }
      #expect(error?.code == code, "\(edit)")
      #expect(error?.message.contains("want") == true)
    }
  }

  @Test("have titles that say what changed")
  func titles() {
    let admin = Walkthrough.steps[2].rules
    let first = Self.address
    let second = RuleAddress(virtualService: Walkthrough.name, index: 1)
    let rows: [(RuleEdit, MeshRules, String)] = [
      (
        .shiftWeight(first, destination: 1, amount: 10), Self.rules([90, 10]),
        "rule 1: v1 90 -> 80, v2 10 -> 20"
      ),
      (
        .shiftWeight(first, destination: 1, amount: -5), Self.rules([100, 0]),
        "rule 1: weights unchanged"
      ),
      (.shiftWeight(first, destination: 0, amount: 5), admin, "rule 1: weights can't be set"),
      (.evenWeights(first), Self.rules([90, 5, 5]), "rule 1: v1 90 -> 33, v2 5 -> 33, v3 5 -> 33"),
      (.setWeights(first, [.zero, .one]), Self.rules([1, 1]), "rule 1: v1 1 -> 0"),
      (.setMatches(first, []), admin, "rule 1: user=admin -> any request"),
      (.setMatches(second, []), admin, "rule 2: match unchanged"),
      (
        .insertRule(second, Self.route([90, 10])), admin,
        "rule 2 added: any request to v1 90, v2 10"
      ),
      (.deleteRule(first), admin, "rule 1 deleted: user=admin to v2"),
      (
        .deleteRule(RuleAddress(virtualService: Walkthrough.name, index: 9)), admin,
        "rule 10 deleted"
      ),
      (.moveRule(second, to: 0), admin, "rule 2 moved to 1"),
      (.replaceRules(admin, title: "walkthrough: 90/10"), admin, "walkthrough: 90/10"),
    ]
    for (edit, rules, title) in rows { #expect(edit.title(in: rules) == title) }

    var two = admin
    two.virtualServices.append(
      VirtualService(name: ResourceName(name: "b"), hosts: ["b"], http: [])
    )
    #expect(RuleEdit.moveRule(second, to: 0).title(in: two) == "dubbo-go-server rule 2 moved to 1")
  }
}

@Suite("Weights as typed")
struct WeightTextTests {
  @Test(
    "set one destination or all",
    arguments: [
      ([90, 10], 1, "25", [75, 25]), ([90, 10], 0, "25", [25, 75]),
      ([90, 10], 1, " 25 % ", [75, 25]),
      ([90, 10], 1, "0", [100, 0]), ([90, 10], 1, "100%", [0, 100]),
      ([100, 0], 0, "60", [60, 40]),
      ([100, 0, 0], 0, "60", [60, 40, 0]), ([50, 30, 20], 0, "60", [60, 24, 16]),
      ([90, 10], 1, "3:1", [3, 1]), ([1, 1, 1], 0, "1:1:2", [1, 1, 2]),
      ([90, 10], 0, "0:1", [0, 1]),
      ([3, 1], 1, "2", [98, 2]), ([3, 1], 1, "25", [3, 1]), ([3, 1], 1, "30", [70, 30]),
      ([3, 1], 1, "0", [4, 0]), ([1, 0, 1], 2, "0", [2, 0, 0]),
      ([3, 1], 1, "50%", [2, 2]), ([2, 1], 1, "25%", [75, 25]),
      ([2, 1], 1, "12.5%", [875, 125]), ([90, 10], 1, "12.5%", [875, 125]),
      ([90, 10], 1, "0.25%", [9975, 25]), ([90, 10], 1, ".5%", [995, 5]),
      ([500, 500], 0, "12.5%", [125, 875]),
      ([90, 10], 1, "20.0%", [80, 20]), ([2, 2, 3], 0, "1%", [1, 40, 59]),
    ]
  )
  func reads(before: [Int], destination: Int, text: String, after: [Int]) throws {
    let weights = try RuleEditTests.route(before).parseWeights(text, destination: destination)
    #expect(weights.map { Int($0.value) } == after)
  }

  @Test(
    "say what is wrong with the rest",
    arguments: [
      ("", MeshConfigError.Code.weightsMalformed), ("x", .weightsMalformed),
      ("-1", .weightsMalformed),
      ("1:", .weightsMalformed), ("1:2:3", .weightsMalformed), ("1:x", .weightsMalformed),
      ("%", .weightsMalformed), ("1.%", .weightsMalformed), (".%", .weightsMalformed),
      ("1.234%", .weightsMalformed), ("1.2", .weightsMalformed), ("1.2.3%", .weightsMalformed),
      ("101%", .weightOutOfRange), ("101", .weightOutOfRange), ("99999999999", .weightsMalformed),
      ("4294967296:1", .weightOutOfRange), ("4294967295:1", .weightsOverflow),
      ("0:0", .weightsAllZero),
      ("١", .weightsMalformed),
    ]
  )
  func refuses(text: String, code: MeshConfigError.Code) {
    let error = #expect(throws: MeshConfigError.self) {
      try RuleEditTests.route([90, 10]).parseWeights(text, destination: 0)
    }
    #expect(error?.code == code, "\(error?.message ?? "")")
    #expect(error?.message.contains("want") == true)
  }

  @Test(
    "can't take all from the only destination that has weight",
    arguments: [[100, 0], [3, 0, 0]],
    ["0", "0%", "0.0%"]
  )
  func onlyWeight(weights: [Int], text: String) throws {
    let route = RuleEditTests.route(weights)
    let error = #expect(throws: MeshConfigError.self) {
      try route.parseWeights(text, destination: 0)
    }
    #expect(error?.code == .weightsAllZero)
    #expect(error?.message.hasPrefix("v1 is the only destination with weight") == true)
    #expect(try route.parseWeights(text, destination: 1) == route.destinations.map(\.weight))
  }

  @Test("can't share with a destination that isn't there")
  func single() {
    let error = #expect(throws: MeshConfigError.self) {
      try RuleEditTests.route([100]).parseWeights("25", destination: 0)
    }
    #expect(error?.code == .destinationsMissing)
  }
}
