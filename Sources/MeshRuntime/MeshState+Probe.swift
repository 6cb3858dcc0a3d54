import MeshModel
import XDSCore

/// Finds out whether an effect of a revision can show: what it takes to do so beside the state.
struct ProbeJudgement: Sendable {
  fileprivate let revision: UInt64
  fileprivate var probe: EffectProbe
  fileprivate let paths: [ServicePort: [String]]
  fileprivate let headers: [[HeaderField]]
  fileprivate let inventory: MeshInventory
  fileprivate var canShowEffect = false
  fileprivate var canShowEffectByCluster = false

  /// Takes a while where there is much to compare.
  mutating func judge() {
    canShowEffect = probe.canShowEffect(paths: paths, headers: headers, inventory)
    canShowEffectByCluster = probe.canShowEffectByCluster()
  }
}

extension MeshState {
  /// What has to be judged of the newest revision; nil where nothing has, or nothing any more.
  ///
  /// To be asked once its push is out, and given back by ``take(_:)``.
  mutating func takeProbeJudgement() -> ProbeJudgement? {
    guard mustJudgeProbe else { return nil }
    mustJudgeProbe = false
    // An effect that was seen meanwhile needs no judging.
    guard let probe, clocks.keyToFirstEffect == nil else { return nil }
    let paths = traffic.services.map { ($0.port, $0.paths) }
    return ProbeJudgement(
      revision: clocks.revision,
      probe: probe,
      paths: Dictionary(uniqueKeysWithValues: paths),
      headers: clients.habits,
      inventory: inventory
    )
  }

  mutating func take(_ judgement: ProbeJudgement) {
    guard judgement.revision == clocks.revision else { return }
    // It has found out what it needs for each call.
    probe = judgement.probe
    clocks.canShowEffect = judgement.canShowEffect
    clocks.canShowEffectByCluster = judgement.canShowEffectByCluster
  }

  /// Judges at once, under whatever lock the caller has.
  package mutating func judgeProbe() {
    guard var judgement = takeProbeJudgement() else { return }
    judgement.judge()
    take(judgement)
  }
}
