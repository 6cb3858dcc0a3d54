import Foundation
import MeshModel
import Testing

/// A change of the walkthrough's start, and the finding that it must lead to.
struct CheckRow: Sendable, CustomTestStringConvertible {
  let severity: Finding.Severity
  let code: MeshConfigError.Code
  /// `VirtualService spec.http[0].route`: the kind and the path.
  let place: String
  let change: @Sendable (inout MeshRules) -> Void

  var testDescription: String { "\(severity) \(code) at \(place)" }

  init(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    at place: String,
    _ change: @escaping @Sendable (inout MeshRules) -> Void
  ) {
    self.severity = severity
    self.code = code
    self.place = place
    self.change = change
  }

  /// A row on the only rule of the walkthrough's VirtualService; the path begins in the rule.
  static func rule(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    at path: String,
    _ change: @escaping @Sendable (inout HTTPRoute) -> Void
  ) -> CheckRow {
    let place = "VirtualService spec.http[0]" + (path.isEmpty ? "" : ".\(path)")
    return CheckRow(severity, code, at: place) { change(&$0.virtualServices[0].http[0]) }
  }

  /// A row on a match of that rule; the path begins in the match.
  static func match(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    at path: String,
    _ match: HTTPMatch
  ) -> CheckRow {
    rule(severity, code, at: "match[0]" + (path.isEmpty ? "" : ".\(path)")) { $0.matches = [match] }
  }

  /// A row on the walkthrough's DestinationRule; the path begins in its trafficPolicy.
  static func policy(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    at path: String,
    _ policy: TrafficPolicy
  ) -> CheckRow {
    let place = "DestinationRule spec.trafficPolicy" + (path.isEmpty ? "" : ".\(path)")
    return CheckRow(severity, code, at: place) { $0.destinationRules[0].trafficPolicy = policy }
  }

  /// A row on a ServiceEntry of its own.
  static func entry(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    at path: String,
    _ change: @escaping @Sendable (inout ServiceEntry) -> Void
  ) -> CheckRow {
    CheckRow(severity, code, at: "ServiceEntry spec.\(path)") { rules in
      var entry = ServiceEntry(
        name: ResourceName(name: "shop"),
        hosts: ["shop.example.com"],
        ports: [ServiceEntry.Port(number: 80, name: "grpc", protocolName: "GRPC")],
        endpoints: [WorkloadEntry.Endpoint(address: "10.0.0.1")]
      )
      change(&entry)
      rules.serviceEntries.append(entry)
    }
  }
}

@Suite("The table of checks")
struct CheckTableTests {
  static let rows =
    CheckRow.ofRules + CheckRow.ofMatches + CheckRow.ofPolicies + CheckRow.ofObjects
    + CheckRow.ofEntries

  /// Codes of edits and of what is typed, which no finding has.
  static let thrown: Set<MeshConfigError.Code> = [
    .weightOutOfRange, .weightsMalformed, .ruleNotFound, .destinationNotFound,
    .virtualServiceNotFound, .objectNotFound, .revisionNotFound, .matchMalformed, .nothingToUndo,
    .nothingToRedo,
  ]

  @Test("each mistake is told with its code, its place and what to do", arguments: rows)
  func row(_ row: CheckRow) throws {
    var rules = Walkthrough.start
    #expect(rules.findings(inventory: FindingsTests.inventory).isEmpty)
    row.change(&rules)
    let findings = rules.findings(inventory: FindingsTests.inventory)
    let finding = try #require(
      findings.first {
        $0.code == row.code && $0.severity == row.severity
          && "\($0.kind?.rawValue ?? "") \($0.path)" == row.place
      },
      "\(findings.map { "\($0.severity) \($0.code) \($0.kind?.rawValue ?? "") \($0.path)" })"
    )
    #expect(!finding.fix.isEmpty && finding.fix.first?.isLowercase == true)
    #expect(finding.message.contains("want"))
    #expect(finding.object != nil)
    #expect(findings.count { $0.severity == .error } <= (row.severity == .error ? 2 : 0))
  }

  @Test("there is a row for each code that a finding can have")
  func complete() {
    let codes = Set(Self.rows.map(\.code)).union(Self.thrown)
    #expect(codes == Set(MeshConfigError.Code.allCases))
    #expect(Set(Self.rows.map(\.code)).isDisjoint(with: Self.thrown))
  }

  @Test("docs/checks.md has each code with its severities")
  func documented() throws {
    let page = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../docs/checks.md").standardized
    var documented: [String: String] = [:]
    for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("| `"), cells.count >= 2 else { continue }
      documented[cells[0].trimmingCharacters(in: ["`"]), default: ""] += cells[1]
    }
    #expect(Set(documented.keys) == Set(MeshConfigError.Code.allCases.map(\.rawValue)))
    for row in Self.rows {
      #expect(documented[row.code.rawValue]?.contains(row.severity.rawValue) == true, "\(row)")
    }
  }
}

extension HeaderField {
  init(_ name: String, _ value: String) { self.init(name: name, value: value) }
}
