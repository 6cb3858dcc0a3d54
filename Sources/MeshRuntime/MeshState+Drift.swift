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
    let isOnlyOne = book.newest.rules.virtualServices.count <= 1
    let prefix = isOnlyOne ? "" : rule.spec.virtualService.map { "\($0) " } ?? ""
    return "\(prefix)rule \(index + 1)"
  }
}

extension RuleTraffic {
  private static let largestEValue = 1_000_000.0

  /// The share that is furthest from what was wanted, how many responses tell so, and the evidence:
  /// `v2 got 35.0 %, want 10.0 %, n 120, e 45`.
  fileprivate var figures: String {
    let wants = wants.map { $0 ?? 0 }
    let differences = rows.indices.map { index in
      let got = n == 0 ? 0 : Double(rows[index].count) / Double(n)
      return abs(got - (index < wants.count ? wants[index] : 0))
    }
    guard let index = rows.indices.max(by: { differences[$0] < differences[$1] }) else { return "" }
    let got = n == 0 ? 0 : Double(rows[index].count) / Double(n)
    let want = index < wants.count ? wants[index] : 0
    return "\(rows[index].label) got \(percent(got)), want \(percent(want)), n \(n), \(evidence)"
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
