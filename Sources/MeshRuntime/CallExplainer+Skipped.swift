import MeshModel
import MeshPicture
import TrafficEngine
import XDSCore

extension CallExplainer {
  /// The routes before the one that takes the call, with the rules that the profile's clients get no
  /// route for.
  func skipped(
    _ found: RouteExplanation,
    _ entry: RouteTables.Entry,
    _ virtualService: VirtualService?
  ) -> [CallExplanation.Skipped] {
    var list = SkippedList(
      virtualService: virtualService,
      notes: missingNotes(entry, virtualService)
    )
    var previous = -1
    for skipped in found.skipped {
      // Those between were left out, since they are too many.
      if skipped.routeIndex != previous + 1 { list.jump(to: entry.rules[skipped.routeIndex]) }
      previous = skipped.routeIndex
      list.add(skipped, entry.rules[skipped.routeIndex])
    }
    if let match = found.match {
      list.addMissing(before: entry.rules[match.routeIndex])
    } else {
      list.addMissing(before: virtualService?.end)
    }
    return list.skipped
  }

  /// What the profile's clients can't do of a rule.
  func notes(_ rule: RuleAddress) -> [String] {
    snapshot.notes.lazy
      .filter { $0.rule?.index == rule.index && $0.rule == rule }
      .map(\.message)
  }

  /// By rule, where there are rules without a route.
  private func missingNotes(
    _ entry: RouteTables.Entry,
    _ virtualService: VirtualService?
  ) -> [Int: String] {
    var notes: [Int: String] = [:]
    for note in snapshot.notes {
      guard let rule = note.rule, rule.virtualService == virtualService?.name,
        notes[rule.index] == nil
      else { continue }
      notes[rule.index] = note.message
    }
    return notes
  }
}

/// Gathers what doesn't take a call, in the order of the rules.
private struct SkippedList {
  let virtualService: VirtualService?
  /// Why clients get no route for a rule, by its index.
  let notes: [Int: String]
  private(set) var skipped: [CallExplanation.Skipped] = []
  /// The index of the rule that is to come.
  private var next = 0

  init(virtualService: VirtualService?, notes: [Int: String]) {
    self.virtualService = virtualService
    self.notes = notes
  }

  mutating func add(_ route: RouteExplanation.Skipped, _ rule: RuleAddress?) {
    addMissing(before: rule)
    skipped.append(
      CallExplanation.Skipped(
        rule: rule.map { $0.index + 1 },
        routeName: route.routeName,
        reason: route.failure
      )
    )
  }

  mutating func jump(to rule: RuleAddress?) {
    if let rule, rule.virtualService == virtualService?.name { next = max(next, rule.index) }
  }

  /// Adds the rules before this one that have no route; of too many the first and the last.
  mutating func addMissing(before rule: RuleAddress?) {
    guard let rule, rule.virtualService == virtualService?.name else { return }
    defer { next = max(next, rule.index + 1) }
    guard next < rule.index else { return }
    let kept = CallExplainer.keptSkipped
    for index in next..<rule.index where index - next < kept || rule.index - index <= kept {
      let reason = notes[index] ?? "these clients get no route for it"
      skipped.append(
        CallExplanation.Skipped(rule: index + 1, routeName: "", reason: .notOnClient(reason))
      )
    }
  }
}

extension VirtualService {
  /// The place behind its last rule.
  fileprivate var end: RuleAddress { RuleAddress(virtualService: name, index: http.count) }
}
