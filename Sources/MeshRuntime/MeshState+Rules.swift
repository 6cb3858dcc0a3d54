import MeshModel
import MeshPicture
import XDSCore

/// The pictures of all rules, each made anew only when something about it changes.
struct RulePictureCache: Sendable {
  /// What all of them depend on.
  struct Stamp: Hashable, Sendable {
    /// Of the rules, of what runs and of the checks' findings.
    var push: UInt64
    /// Of the notes, and of the clients that they are for; empty where there are no notes.
    var built: UInt64?
    var clients: [Int]
  }

  var stamp: Stamp?
  /// The second of the newest.
  var second: UInt64 = 0
  /// By the services' places in ``TrafficTable/services``, then by rule.
  var services: [[RulePicture]] = []
  var strays: [ServicePicture] = []
}

/// What is to be said of rules.
struct RuleRemarks: Sendable {
  var findings: [RuleAddress: [Finding]] = [:]
  var notes: [RuleAddress: [RulePicture.Note]] = [:]
}

extension MeshState {
  mutating func refreshRulePictures(at now: MonotonicTime) {
    let stamp = rulePictureStamp
    let isNewSecond = now.second != rulePictures.second
    rulePictures.second = now.second
    let stale = traffic.takeStaleRules(atSecond: now.second, isNewSecond: isNewSecond)
    guard stamp == rulePictures.stamp else {
      rulePictures.stamp = stamp
      return makeRulePictures(at: now)
    }
    for (place, rules) in stale {
      for rule in rules {
        let history = traffic.history(ofRule: rule, service: place, at: now)
        rulePictures.services[place][rule].ratio =
          ratioPicture(traffic.services[place].rules[rule], history)
      }
    }
  }

  private var rulePictureStamp: RulePictureCache.Stamp {
    let hasNotes = NodeProfile.allCases.contains { newestSet?[$0].notes.isEmpty == false }
    return RulePictureCache.Stamp(
      push: pushes.newest,
      built: newestSet?.revision,
      clients: hasNotes ? NodeProfile.allCases.map(clients.live) : []
    )
  }

  private mutating func makeRulePictures(at now: MonotonicTime) {
    let remarks = remarks
    rulePictures.services = []
    for place in traffic.services.indices {
      let port = traffic.services[place].port
      let virtualService = traffic.lookup.virtualService(for: port.host)
      let pictures = traffic.services[place].rules.indices.map { index in
        let history = traffic.history(ofRule: index, service: place, at: now)
        let ratio = ratioPicture(traffic.services[place].rules[index], history)
        return rulePicture(index, of: virtualService, port, ratio, remarks)
      }
      rulePictures.services.append(pictures)
    }
    rulePictures.strays = strayPictures(remarks)
  }

  private func rulePicture(
    _ index: Int,
    of virtualService: VirtualService?,
    _ port: ServicePort,
    _ ratio: RatioPicture,
    _ remarks: RuleRemarks
  ) -> RulePicture {
    guard let virtualService, virtualService.http.indices.contains(index) else {
      let whole = RouteDestination(host: port.host.description, weight: .hundred)
      return RulePicture(route: HTTPRoute(destinations: [whole]), ratio: ratio)
    }
    let address = RuleAddress(virtualService: virtualService.name, index: index)
    return RulePicture(
      route: virtualService.http[index],
      findings: remarks.findings[address] ?? [],
      notes: remarks.notes[address] ?? [],
      ratio: ratio
    )
  }

  /// What the checks say of rules, and what connected clients can't do of them, by profile.
  private var remarks: RuleRemarks {
    var remarks = RuleRemarks()
    for finding in findings {
      guard let object = finding.object, let rule = finding.rule else { continue }
      let address = RuleAddress(virtualService: object, index: rule)
      remarks.findings[address, default: []].append(finding)
    }
    guard let set = newestSet else { return remarks }
    for profile in NodeProfile.allCases where clients.live(of: profile) > 0 {
      for note in set[profile].notes { remarks.add(note, clients: clients.live(of: profile)) }
    }
    return remarks
  }
}

extension RuleRemarks {
  /// Of the same words from several profiles the first stand.
  fileprivate mutating func add(_ note: SnapshotNote, clients: Int) {
    guard let rule = note.rule else { return }
    let message = note.message.printable(limit: TextLimit.message)
    guard notes[rule]?.contains(where: { $0.message == message }) != true else { return }
    notes[rule, default: []].append(
      RulePicture.Note(profile: note.profile.rawValue, clients: clients, message: message)
    )
  }
}
