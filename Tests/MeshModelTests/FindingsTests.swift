import MeshModel
import TestSupport
import Testing

@Suite("Findings on rules")
struct FindingsTests {
  static let inventory = MeshInventory(
    services: [Walkthrough.service],
    workloads: ["v1", "v2"].map { version in
      Workload(
        id: "dubbo-go-server-\(version)-1",
        host: Walkthrough.host,
        address: "127.0.0.1",
        port: 20_001,
        workloadVersion: "\(version).0.0",
        labels: [Walkthrough.versionLabel: version]
      )
    }
  )

  @Test("there are none on the walkthrough's steps", arguments: 0..<4)
  func walkthrough(step: Int) {
    #expect(Walkthrough.steps[step].rules.findings(inventory: Self.inventory).isEmpty)
  }

  @Test("a subset that gets calls and whose workloads are all unhealthy is worth a warning")
  func unhealthy() {
    var inventory = Self.inventory
    inventory.workloads[1].health = .unhealthy
    let used = Walkthrough.start.findings(inventory: inventory)
    #expect(used.map(\.code) == [.subsetWithoutWorkload])
    #expect(used.map(\.severity) == [.warning] && used.map(\.rule) == [0])
    #expect(used.first?.message.contains("subset v2 has no healthy workload") == true)
    var second = inventory.workloads[1]
    (second.id, second.health) = ("dubbo-go-server-v2-2", .healthy)
    inventory.workloads.append(second)
    #expect(Walkthrough.start.findings(inventory: inventory).isEmpty)
  }

  /// The walkthrough's start after a change, and what has to be said of it.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let severity: Finding.Severity
    let code: MeshConfigError.Code
    let rule: Int?
    let says: String
    let change: @Sendable (inout MeshRules) -> Void

    var testDescription: String { name }

    init(
      _ name: String,
      _ severity: Finding.Severity,
      _ code: MeshConfigError.Code,
      rule: Int? = nil,
      says: String,
      _ change: @escaping @Sendable (inout MeshRules) -> Void
    ) {
      self.name = name
      self.severity = severity
      self.code = code
      self.rule = rule
      self.says = says
      self.change = change
    }

    /// A row on the match of a first rule of two.
    static func match(
      _ match: HTTPMatch,
      _ severity: Finding.Severity,
      _ code: MeshConfigError.Code,
      says: String
    ) -> Row {
      Row("match \(match)", severity, code, rule: 0, says: says) { rules in
        rules.virtualServices[0].http.insert(rules.virtualServices[0].http[0], at: 0)
        rules.virtualServices[0].http[0].matches = [match]
      }
    }
  }

  static let objectRows = [
    Row("all weights 0", .error, .weightsAllZero, rule: 0, says: "all weights are 0") {
      $0.virtualServices[0].http[0].destinations[0].weight = .zero
      $0.virtualServices[0].http[0].destinations[1].weight = .zero
    },
    Row("weights over 32 bits", .error, .weightsOverflow, rule: 0, says: "sum is 4294967305") {
      $0.virtualServices[0].http[0].destinations[0].weight = Weight(clamping: .max)
    },
    Row("no destination", .error, .destinationsMissing, rule: 0, says: "no destination") {
      $0.virtualServices[0].http[0].destinations = []
    },
    Row("no rule", .error, .defaultRuleMissing, says: "no rule") {
      $0.virtualServices[0].http = []
    },
    Row("no default rule", .warning, .defaultRuleMissing, says: "no rule for any request") {
      $0.virtualServices[0].http[0].matches = [HTTPMatch(headers: [.init("user", .present)])]
    },
    Row("no hosts", .warning, .hostsMissing, says: "no host") { $0.virtualServices[0].hosts = [] },
    Row("bad host", .error, .hostInvalid, says: "\"a b\"") {
      $0.virtualServices[0].hosts = ["a b"]
    },
    Row("empty label", .error, .hostInvalid, says: "\"a..b\"") {
      $0.virtualServices[0].hosts = ["a..b"]
    },
    Row("wildcard inside", .error, .hostInvalid, says: "\"a.*.b\"") {
      $0.virtualServices[0].hosts = ["a.*.b"]
    },
    Row("bad destination host", .error, .hostInvalid, rule: 0, says: "\"*.b\"") {
      $0.virtualServices[0].http[0].destinations[0].host = "*.b"
    },
    Row("unknown destination host", .warning, .hostUnknown, rule: 0, says: "nobody.default.svc") {
      $0.virtualServices[0].http[0].destinations[0].host = "nobody"
    },
    Row("bad DestinationRule host", .error, .hostInvalid, says: "the host is empty") {
      $0.destinationRules[0].host = ""
    },
    Row("bad subset name", .error, .subsetNameInvalid, says: "\"v|1\"") {
      $0.destinationRules[0].subsets[0].name = "v|1"
    },
    Row("empty subset name", .error, .subsetNameInvalid, says: "\"\"") {
      $0.destinationRules[0].subsets[0].name = ""
    },
    Row("duplicate subset", .error, .subsetDuplicate, says: "subset v1 twice") {
      $0.destinationRules[0].subsets.append($0.destinationRules[0].subsets[0])
    },
    Row("undefined subset", .warning, .subsetUndefined, rule: 0, says: "subset v3") {
      $0.virtualServices[0].http[0].destinations[0].subset = "v3"
    },
    Row("used subset without workload", .warning, .subsetWithoutWorkload, rule: 0, says: "x=y") {
      $0.destinationRules[0].subsets[0].labels = ["x": "y"]
    },
    Row("unused subset without workload", .warning, .subsetWithoutWorkload, says: "subset v3") {
      $0.destinationRules[0].subsets.append(Subset(name: "v3", labels: ["a": "b"]))
    },
    Row("two of a name", .error, .virtualServiceDuplicate, says: "two VirtualServices") {
      $0.virtualServices.append($0.virtualServices[0])
    },
    Row("two for a host", .warning, .virtualServiceDuplicate, says: "also that of default/dubbo-go")
    {
      let first = $0.virtualServices[0]
      $0.virtualServices.append(
        VirtualService(name: ResourceName(name: "b"), hosts: ["dubbo-go-server"], http: first.http)
      )
    },
    Row("two DestinationRules of a name", .error, .destinationRuleDuplicate, says: "two Dest") {
      $0.destinationRules.append($0.destinationRules[0])
    },
    Row(
      "two DestinationRules for a host",
      .warning,
      .destinationRuleDuplicate,
      says: "also that of"
    ) {
      $0.destinationRules.append(
        DestinationRule(name: ResourceName(name: "b"), host: "Dubbo-Go-Server", subsets: [])
      )
    },
    Row("duplicate destination", .warning, .destinationDuplicate, rule: 0, says: "v1 twice") {
      $0.virtualServices[0].http[0].destinations[1].host = "dubbo-go-server"
      $0.virtualServices[0].http[0].destinations[1].subset = "v1"
    },
    Row("an alternative without conditions", .warning, .matchEmpty, rule: 0, says: "alternative 2")
    {
      $0.virtualServices[0].http[0].matches = [
        HTTPMatch(headers: [.init("user", .present)]), HTTPMatch(),
      ]
    },
  ]

  static let matchRows: [Row] = [
    .match(
      .init(headers: [.init("us er", .present)]),
      .error,
      .headerNameInvalid,
      says: "\"us er\""
    ),
    .match(.init(headers: [.init("", .present)]), .error, .headerNameInvalid, says: "\"\""),
    .match(.init(headers: [.init(":path", .present)]), .error, .headerNameInvalid, says: ":path"),
    .match(
      .init(withoutHeaders: [.init("User", .present)]),
      .warning,
      .headerNameUpperCase,
      says: "want user"
    ),
    .match(.init(headers: [.init("user", .exact(""))]), .error, .matchEmpty, says: "empty value"),
    .match(
      .init(withoutHeaders: [.init("user", .prefix(""))]),
      .error,
      .matchEmpty,
      says: "empty prefix"
    ),
    .match(.init(headers: [.init("user", .regex(""))]), .error, .matchEmpty, says: "empty regex"),
    .match(
      .init(uri: .prefix("")),
      .error,
      .matchEmpty,
      says: "uri is matched with an empty prefix"
    ),
    .match(.init(uri: .present), .error, .matchEmpty, says: "uri is wanted with any value"),
    .match(.init(method: .present), .error, .matchEmpty, says: "method"),
    .match(.init(uri: .regex("/a(b")), .error, .regexInvalid, says: "at character 3"),
    .match(
      .init(headers: [.init("user", .regex("a**"))]),
      .error,
      .regexInvalid,
      says: "header user"
    ),
    .match(.init(method: .exact("GET")), .warning, .ruleUnreachable, says: "GET"),
    .match(.init(uri: .exact("api")), .warning, .ruleUnreachable, says: "begins with /"),
  ]

  @Test("tell each mistake, with its place", arguments: objectRows + matchRows)
  func rows(_ row: Row) throws {
    var rules = Walkthrough.start
    row.change(&rules)
    let findings = rules.findings(inventory: Self.inventory)
    let finding = try #require(
      findings.first { $0.code == row.code && $0.rule == row.rule && $0.severity == row.severity },
      "\(findings)"
    )
    #expect(finding.message.contains(row.says), "\(finding.message)")
    #expect(
      finding.message.contains("want") || finding.code == .ruleUnreachable,
      "\(finding.message)"
    )
    #expect(finding.object != nil)
    if let rule = row.rule { #expect(finding.message.hasPrefix("rule \(rule + 1) of default/")) }
  }

  @Test("tell errors first, and each once")
  func order() {
    var rules = Walkthrough.start
    rules.virtualServices[0].http[0].destinations[0].subset = "v3"
    rules.virtualServices[0].http[0].destinations[1].weight = .zero
    rules.virtualServices[0].http[0].destinations[0].weight = .zero
    rules.destinationRules[0].subsets[0].name = "-"
    let findings = rules.findings(inventory: Self.inventory)
    #expect(
      findings.map(\.severity) == findings.map(\.severity).sorted { $0.rawValue < $1.rawValue }
    )
    #expect(Set(findings).count == findings.count)
    #expect(findings.count { $0.severity == .error } == 2)
  }

  @Test("say nothing of wildcards and of unused zero weights")
  func harmless() {
    var rules = Walkthrough.start
    rules.virtualServices[0].http[0].destinations[1].weight = .zero
    #expect(rules.findings(inventory: Self.inventory).isEmpty)
    rules.virtualServices[0].hosts = ["*.example.com", "*", "dubbo-go-server"]
    #expect(rules.findings(inventory: Self.inventory).isEmpty)
  }
}
