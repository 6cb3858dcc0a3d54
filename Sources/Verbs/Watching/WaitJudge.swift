import Console
import MeshModel
package import MeshPicture
import TrafficStatistics

/// Tells by a picture whether what is waited for is there.
package struct WaitJudge: Hashable, Sendable {
  package enum Judgement: Hashable, Sendable {
    /// It is there, in words.
    case met(String)
    /// It may still come; why it isn't there yet.
    case notYet(String)
    /// It won't come, and why.
    case failed(VerbStatus, String)
  }

  package var request: WaitRequest
  package var revision: UInt64

  package init(_ request: WaitRequest, revision: UInt64) {
    self.request = request
    self.revision = revision
  }

  /// - Parameters:
  ///   - picture: The mesh as it is now.
  ///   - services: The services concerned, as they are in the picture.
  /// - Returns: What there is to say of it.
  package func judge(_ picture: MeshPicture, _ services: [ServicePicture]) -> Judgement {
    guard picture.revision.number >= revision else {
      return .notYet("the engine shows revision \(picture.revision.number), not \(revision) yet")
    }
    if let refusal = refusal(picture) { return refusal }
    switch request.condition {
    case .ack: return acknowledged(picture)
    case .effect: return effective(picture.clocks)
    case .observed: return observed(picture, services)
    }
  }

  // MARK: ACK

  private func refusal(_ picture: MeshPicture) -> Judgement? {
    let refusing = picture.clients.first {
      $0.state == .nacked && ($0.sentRevision ?? 0) >= revision
    }
    guard let client = refusing else { return nil }
    let kept = client.ackedRevision.map { "it keeps revision \($0)" } ?? "it has none in force"
    return .failed(
      .refusedByClient,
      "\(client.name) refused revision \(client.sentRevision ?? revision), \(kept): "
        + client.nackMessage
    )
  }

  private func acknowledged(_ picture: MeshPicture) -> Judgement {
    let connected = picture.clients.filter { $0.state != .disconnected }
    guard !connected.isEmpty else { return .notYet("no xDS client is connected") }
    let missing = connected.filter { ($0.ackedRevision ?? 0) < revision }
    guard let first = missing.first else {
      return .met("revision \(revision) is in force on \(counted(connected.count, "client"))")
    }
    let held = first.ackedRevision.map { "has revision \($0)" } ?? "has none in force"
    return .notYet(
      "\(connected.count - missing.count) of \(counted(connected.count, "client")) have revision "
        + "\(revision); \(first.name) \(held) (\(first.state.rawValue))"
    )
  }

  // MARK: Effect

  private func effective(_ clocks: ClocksPicture) -> Judgement {
    guard clocks.revision >= revision else {
      return .notYet("revision \(revision) is not pushed yet")
    }
    guard clocks.revision == revision else {
      return .failed(
        .conditionFalse,
        "revision \(clocks.revision) came before an effect of revision \(revision) was seen"
      )
    }
    if let time = clocks.keyToFirstEffect {
      let text = Figures.duration(microseconds: time)
      return .met("revision \(revision) took effect after \(text)")
    }
    guard clocks.canShowEffect else {
      return .failed(
        .conditionFalse,
        "no response can tell revision \(revision) from the one before: every workload that answers "
          + "could have answered already"
      )
    }
    return .notYet(
      clocks.isEffectHidden
        ? "no client tells of its calls one by one, so that an effect could be seen"
        : "no response came yet that only revision \(revision) could give"
    )
  }

  // MARK: Observed

  private func observed(_ picture: MeshPicture, _ services: [ServicePicture]) -> Judgement {
    var seen: [String] = []
    var missing: String?
    for service in services {
      for (index, rule) in service.rules.enumerated() where isTested(rule, index) {
        let name = "\(service.host) rule \(index + 1)"
        switch observed(rule.ratio) {
        case .met(let text): seen.append("\(name): \(text)")
        case .notYet(let text): missing = missing ?? "\(name): \(text)"
        case .failed(let status, let text): return .failed(status, "\(name): \(text)")
        }
      }
    }
    if let missing { return .notYet(missing) }
    guard !seen.isEmpty else {
      return .failed(.conditionFalse, "no rule is there whose split could be observed")
    }
    return .met(seen.joined(separator: "\n"))
  }

  /// Not what can never match, nor what no workload answers.
  private func isTested(_ rule: RulePicture, _ index: Int) -> Bool {
    if let only = request.rule, only != index + 1 { return false }
    return rule.ratio.rows.contains { $0.want != nil }
      && !rule.findings.contains { $0.code == .ruleUnreachable }
  }

  private func observed(_ ratio: RatioPicture) -> Judgement {
    if ratio.verdict == .drift {
      let evidence = ratio.eValue.map(Figures.evidence) ?? "-"
      let alarm = Figures.evidence(ratio.alarmAt)
      return .failed(
        .conditionFalse,
        "drift: \(Self.split(ratio)), e-value \(evidence) (alarm \(alarm))"
      )
    }
    let wants = ratio.rows.compactMap(\.want)
    let needed =
      wants.map {
        WilsonInterval.samplesNeeded(halfWidth: request.tolerance, share: $0)
      }.max() ?? 0
    guard ratio.n >= needed else { return .notYet("\(ratio.n) of \(needed) calls needed") }
    // A row that nobody asked for is as one with want 0.
    let isNear = ratio.rows.allSatisfy {
      abs(($0.got ?? 0) - ($0.want ?? 0)) <= request.tolerance
    }
    let text = Self.split(ratio)
    return isNear
      ? .met(text) : .notYet("\(text): not within \(Figures.percent(request.tolerance)) points")
  }

  /// `v1 want 90.0 got 89.3, v2 want 10.0 got 10.7, n=900`.
  private static func split(_ ratio: RatioPicture) -> String {
    let rows = ratio.rows.map { row in
      let want = row.want.map { "want \(Figures.percent($0)) " } ?? "unasked "
      return "\(row.label) \(want)got \(Figures.percent(row.got))"
    }
    return rows.joined(separator: ", ") + ", n=\(ratio.n)"
  }
}

/// A number with its noun, in the plural where it takes one.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
