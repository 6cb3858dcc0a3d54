import Console
import MeshModel
package import MeshPicture
import TrafficStatistics

/// `weir top`: what the rules ask for beside what responses say.
package struct TopVerb: Sendable {
  /// nil for all services.
  package var service: String?
  package var isOnce: Bool
  /// Shares of so much time only; nil for all since the rule changed.
  package var window: Duration?
  package var interval: Duration
  package var isJSON: Bool

  package init(
    service: String? = nil,
    isOnce: Bool = false,
    window: Duration? = nil,
    interval: Duration = .seconds(2),
    isJSON: Bool = false
  ) {
    self.service = service
    self.isOnce = isOnce
    self.window = window
    self.interval = interval
    self.isJSON = isJSON
  }

  /// - Throws: ``VerbError`` for a service that isn't there; `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    var past: [MeshPicture] = []
    var isFirst = true
    return try await engine.watch(every: interval(within: window)) { picture in
      _ = try picture.services(named: service)
      past.append(picture)
      guard let base = base(of: picture, &past) else { return nil }
      try await write(picture.since(base), isFirst: isFirst, output)
      isFirst = false
      return isOnce ? .done : nil
    }
  }

  /// Where the window is shorter than the interval, often enough to see its beginning.
  private func interval(within window: Duration?) -> Duration {
    window.map { min($0, interval) } ?? interval
  }

  /// What shares are counted from.
  fileprivate enum Base {
    /// When the rule got what it has.
    case ruleChange
    case picture(MeshPicture)
  }

  /// The window's beginning; nil while the window isn't over for the first time.
  private func base(of picture: MeshPicture, _ past: inout [MeshPicture]) -> Base? {
    guard let window else {
      past.removeAll()
      return .ruleChange
    }
    let earliest = picture.time.microseconds - window.microseconds
    guard let last = past.lastIndex(where: { $0.time.microseconds <= earliest }) else { return nil }
    past.removeFirst(last)
    return .picture(past[0])
  }

  private func write(
    _ picture: MeshPicture,
    isFirst: Bool,
    _ output: VerbOutput
  ) async throws {
    let services = try picture.services(named: service)
    if isJSON {
      let body = TopReport(services: services.map(ServiceReport.init))
      let number = picture.revision.number
      try await output.write(
        try JSONReport(revision: number, time: picture.time, body: body).text
      )
      return
    }
    if !isFirst { try await output.write("") }
    try await output.write(TextTable.top(services).lines)
  }
}

private struct TopReport: Encodable {
  var services: [ServiceReport]
}

extension TextTable {
  fileprivate static func top(_ services: [ServicePicture]) -> TextTable {
    var table = TextTable(
      ["SERVICE", "RULE", "TO", "WANT%", "GOT%", "INTERVAL", "N", "E-VALUE", "VERDICT"]
    )
    for service in services {
      for (index, rule) in service.rules.enumerated() {
        for row in rule.ratio.rows {
          table.rows.append([service.host.shortest, "\(index + 1)"] + cells(row, rule.ratio))
        }
      }
    }
    return table
  }

  private static func cells(_ row: RatioPicture.Row, _ ratio: RatioPicture) -> [String] {
    let interval =
      row.low == nil ? "" : "[\(Figures.percent(row.low)), \(Figures.percent(row.high))]"
    return [
      row.label, Figures.percent(row.want), Figures.percent(row.got), interval, "\(ratio.n)",
      ratio.eValue.map(Figures.evidence) ?? "", ratio.verdict.rawValue,
    ]
  }
}

extension MeshPicture {
  /// The picture with its rules' counts from an earlier one on; evidence and verdict stay those since
  /// the rule changed.
  fileprivate func since(_ base: TopVerb.Base) -> MeshPicture {
    guard case .picture(let base) = base else { return self }
    var picture = self
    for (index, service) in services.enumerated() {
      let before = base.services.first { $0.host == service.host && $0.port == service.port }
      for (number, rule) in service.rules.enumerated() {
        guard let before, before.rules.indices.contains(number),
          before.rules[number].route == rule.route
        else { continue }
        picture.services[index].rules[number].ratio = rule.ratio.since(before.rules[number].ratio)
      }
    }
    return picture
  }
}

extension RatioPicture {
  fileprivate func since(_ base: RatioPicture) -> RatioPicture {
    // Counts that fell were begun afresh.
    guard base.n <= n, rows.count >= base.rows.count else { return self }
    var ratio = self
    for (index, old) in base.rows.enumerated() {
      guard ratio.rows[index].label == old.label, ratio.rows[index].count >= old.count else {
        return self
      }
      ratio.rows[index].count -= old.count
    }
    ratio.n = ratio.rows.reduce(0) { $0 + $1.count }
    ratio.failed = failed >= base.failed ? failed - base.failed : failed
    for index in ratio.rows.indices {
      let count = ratio.rows[index].count
      let interval = WilsonInterval(count: count, of: ratio.n)
      ratio.rows[index].got = ratio.n == 0 ? nil : Double(count) / Double(ratio.n)
      ratio.rows[index].low = interval?.low
      ratio.rows[index].high = interval?.high
    }
    return ratio
  }
}
