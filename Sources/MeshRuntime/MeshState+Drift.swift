import MeshModel
import MeshPicture
import TrafficStatistics

extension MeshState {
  /// Tells that the responses of a rule were found not to be split as configured.
  mutating func noteDrift(_ rule: RuleTraffic, index: Int, at time: Timestamp) {
    events.add(.warning, "engine", "\(label(of: rule, index)) drifts: \(rule.figures)", at: time)
  }

  /// Tells that counts in which drift was found are counted no more.
  mutating func noteDriftEnd(_ end: ServiceTraffic.DriftEnd, at time: Timestamp) {
    let text =
      "\(label(of: end.traffic, end.rule)) drift ended by rev \(book.newest.number): "
      + end.traffic.figures
    events.add(.info, "engine", text, at: time)
  }

  /// `rule 2`, with its VirtualService before it where there are several.
  func label(of address: RuleAddress) -> String {
    let isOnlyOne = book.newest.rules.virtualServices.count <= 1
    return (isOnlyOne ? "" : "\(address.virtualService) ") + "rule \(address.index + 1)"
  }

  private func label(of rule: RuleTraffic, _ index: Int) -> String {
    rule.spec.virtualService.map { label(of: RuleAddress(virtualService: $0, index: index)) }
      ?? "rule \(index + 1)"
  }
}

extension RuleTraffic {
  private static let largestEValue = 1_000_000.0

  /// The share that is furthest from what was wanted, how many responses tell so, and the evidence:
  /// `v2 got 35.0 %, want 10.0 %, n 120, e 45`.
  fileprivate var figures: String {
    let wants = wants
    let shares = rows.enumerated().map { index, row in
      (
        label: row.label,
        got: n == 0 ? 0 : Double(row.count) / Double(n),
        want: index < wants.count ? wants[index] ?? 0 : 0
      )
    }
    guard let worst = shares.max(by: { abs($0.got - $0.want) < abs($1.got - $1.want) }) else {
      return ""
    }
    return "\(worst.label) got \(percent(worst.got)), want \(percent(worst.want)), "
      + "n \(n), \(evidence)"
  }

  private var evidence: String {
    let value = drift?.eValue ?? 0
    return value < RuleTraffic.largestEValue
      ? "e \(UInt64(value))" : "e > \(UInt64(RuleTraffic.largestEValue))"
  }

  private func percent(_ share: Double) -> String {
    let tenths = UInt64(share * 1_000 + 0.5)
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
