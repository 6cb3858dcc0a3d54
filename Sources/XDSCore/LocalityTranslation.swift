import MeshModel

/// Shares calls among localities as a traffic policy asks.
///
/// All clients of a profile get the same endpoints, wherever they are; so what depends on the
/// caller's locality or labels is left out and told.
struct LocalityTranslation {
  /// What a percent is in weights, so that small localities get their share too.
  private static let weightOfPercent: UInt64 = 100_000

  private let distribution: LocalityLoadBalancing.Distribution?
  /// Sentences for the operator.
  private(set) var obstacles: [String] = []

  init(_ settings: LocalityLoadBalancing?, profile: NodeProfile) {
    guard let settings, settings.isEnabled != false else {
      distribution = nil
      return
    }
    guard profile.readsLocalities else {
      distribution = nil
      obstacles = ["\(profile.clientName) doesn't look at localities"]
      return
    }
    distribution = settings.distribute.first { $0.from == "*" }
    let others = settings.distribute.filter { $0.from != "*" }
    if !others.isEmpty {
      let places = others.map(\.from).joined(separator: ", ")
      obstacles.append(
        "all clients are sent the same shares, so those of callers in \(places) are left out; "
          + "want \"*\""
      )
    }
    if !settings.failover.isEmpty || !settings.failoverPriority.isEmpty {
      obstacles.append(
        "all clients are sent the same endpoints, so failover by where a caller is, or by its "
          + "labels, is left out"
      )
    }
  }

  /// Whether the localities' weights are other than their endpoints'.
  var isInForce: Bool { distribution != nil }

  /// The localities with their shares; those without one are left out.
  func shared(_ localities: [LocalityEndpoints]) -> [LocalityEndpoints] {
    guard let distribution, !localities.isEmpty else { return localities }
    var result: [LocalityEndpoints] = []
    var taken: Set<Int> = []
    for share in distribution.to where share.percent > 0 {
      let members = localities.indices.filter {
        !taken.contains($0) && localities[$0].isWithin(share.locality)
      }
      taken.formUnion(members)
      let total = members.reduce(0) { $0 + UInt64(localities[$1].weight) }
      for index in members {
        var locality = localities[index]
        let weight = UInt64(share.percent) * Self.weightOfPercent
        // Products of 32 bits with 24 don't overflow 64.
        locality.weight = UInt32(clamping: max(weight * UInt64(locality.weight) / total, 1))
        result.append(locality)
      }
    }
    // Shares for places where nothing runs would leave no endpoint at all.
    guard !result.isEmpty else { return localities }
    return result.sorted { ($0.region, $0.zone, $0.subZone) < ($1.region, $1.zone, $1.subZone) }
  }
}

extension LocalityEndpoints {
  /// Whether it lies in `region`, `region/zone`, `region/zone/sub-zone`, where `*` is any.
  fileprivate func isWithin(_ pattern: String) -> Bool {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
    return zip(parts, [region, zone, subZone]).allSatisfy { $0 == "*" || $0 == $1 }
  }
}
