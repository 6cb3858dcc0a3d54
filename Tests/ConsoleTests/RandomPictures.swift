import MeshModel
import MeshPicture
import TerminalUI

@testable import Console

/// Messages and pictures that no sane engine would send.
enum RandomPictures {
  static func message(using random: inout some RandomNumberGenerator) -> ConsoleMessage {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: return .resized(size(using: &random))
    case 1...4: return .picture(picture(using: &random))
    case 5: return .actionFailed(text(using: &random))
    case 6: return .notice(text(using: &random))
    case 7: return .paste(text(using: &random))
    default: return .key(key(using: &random))
    }
  }

  static func key(using random: inout some RandomNumberGenerator) -> Key {
    if Int.random(in: 0..<4, using: &random) == 0 {
      let others: [Key] = [
        .enter, .escape, .tab, .backspace, .delete, .left, .right, .function(1), .character("日"),
        .character("\u{301}"), .character("y"), .control("k"),
      ]
      return others.randomElement(using: &random) ?? .escape
    }
    // Quitting changes nothing, so every key may be pressed.
    return ConsoleAction.all.flatMap(\.keys).randomElement(using: &random) ?? .escape
  }

  static func size(using random: inout some RandomNumberGenerator) -> Size {
    let isOdd = Int.random(in: 0..<4, using: &random) == 0
    return Size(
      columns: Int.random(in: isOdd ? -2...60 : 60...210, using: &random),
      rows: Int.random(in: isOdd ? -2...16 : 16...70, using: &random)
    )
  }

  static func text(using random: inout some RandomNumberGenerator) -> String {
    let pieces = [
      "v1", "", " ", "日本語", "\u{1B}[7m", "a-long-word-without-any-space", "\n", "é", "|",
    ]
    let count = Int.random(in: 0..<6, using: &random)
    return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  static func number(using random: inout some RandomNumberGenerator) -> UInt64 {
    [0, 1, 43, 1180, UInt64.max, UInt64.random(in: 0...99_999, using: &random)]
      .randomElement(using: &random) ?? 0
  }

  static func share(using random: inout some RandomNumberGenerator) -> Double {
    [0, 1, 0.5, .nan, .infinity, -3, Double.random(in: 0...1, using: &random)]
      .randomElement(using: &random) ?? 0
  }

  static func rule(using random: inout some RandomNumberGenerator) -> RulePicture {
    let count = Int.random(in: 0..<5, using: &random)
    let destinations = (0..<count).map { _ in
      RouteDestination(
        host: text(using: &random),
        subset: Bool.random(using: &random) ? text(using: &random) : nil,
        weight: Weight(clamping: Int(truncatingIfNeeded: number(using: &random)))
      )
    }
    let rows = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
      RatioPicture.Row(
        label: text(using: &random),
        want: Bool.random(using: &random) ? share(using: &random) : nil,
        count: number(using: &random),
        got: share(using: &random),
        low: share(using: &random),
        high: share(using: &random)
      )
    }
    let matches = Bool.random(using: &random) ? [] : [Fixtures.admin(text(using: &random))]
    return RulePicture(
      route: HTTPRoute(matches: matches, destinations: destinations),
      findings: Bool.random(using: &random)
        ? [] : [Finding(.warning, .ruleUnreachable, text(using: &random), rule: 0)],
      notes: Bool.random(using: &random)
        ? [] : [RulePicture.Note(profile: "dubbo", clients: 2, message: text(using: &random))],
      ratio: RatioPicture(
        n: number(using: &random),
        failed: number(using: &random),
        rows: rows,
        verdict: [.few, .ok, .drift].randomElement(using: &random) ?? .ok,
        eValue: share(using: &random),
        alarmAt: share(using: &random),
        needed: number(using: &random),
        history: (0..<Int.random(in: 0..<90, using: &random)).map { _ in share(using: &random) },
        byClient: [
          RatioPicture.ClientShare(
            client: text(using: &random),
            n: number(using: &random),
            shares: (0..<Int.random(in: 0..<4, using: &random)).map { _ in share(using: &random) }
          )
        ],
        bySubset: number(using: &random)
      )
    )
  }

  static func picture(using random: inout some RandomNumberGenerator) -> MeshPicture {
    var picture = Fixtures.picture
    picture.revision.number = UInt64.random(in: 1...4, using: &random)
    picture.revision.findings =
      Bool.random(using: &random)
      ? [] : [Finding(.error, .weightsAllZero, text(using: &random))]
    picture.time = Timestamp(microseconds: Int64(truncatingIfNeeded: number(using: &random)))
    picture.services[0].rules = (0..<Int.random(in: 0..<9, using: &random)).map { _ in
      rule(using: &random)
    }
    if Bool.random(using: &random) { picture.services[0].virtualService = nil }
    for number in 0..<Int.random(in: 0..<40, using: &random) {
      picture.services.append(
        ServicePicture(host: HostName("s\(number)" + text(using: &random)), port: 1)
      )
    }
    if Int.random(in: 0..<9, using: &random) == 0 { picture.services = [] }
    picture.services = picture.services.map { service in
      var service = service
      service.callsPerSecond = share(using: &random) * 1e9
      service.errorShare = share(using: &random)
      service.latencyP99 = number(using: &random)
      service.unattributed = [
        SubsetCalls(subset: text(using: &random), calls: number(using: &random))
      ]
      service.betweenRevisions = number(using: &random)
      return service
    }
    picture.clients = (0..<Int.random(in: 0..<7, using: &random)).map { _ in
      client(using: &random)
    }
    picture.endpoints = (0..<Int.random(in: 0..<7, using: &random)).map { _ in
      EndpointPicture(
        id: text(using: &random),
        address: text(using: &random),
        workloadVersion: text(using: &random),
        subsets: [text(using: &random)],
        calls: number(using: &random),
        failed: number(using: &random),
        locality: Locality(region: text(using: &random), zone: text(using: &random)),
        ports: Bool.random(using: &random) ? [:] : [1: 65_535, 80: 8_080],
        process: process(using: &random)
      )
    }
    let first = UInt64.random(in: 0...100, using: &random)
    picture.calls = Fixtures.calls(UInt64.random(in: 0...80, using: &random), from: first)
    for index in picture.calls.rows.indices {
      picture.calls.rows[index].record.path = text(using: &random)
      picture.calls.rows[index].record.statusCode = Int.random(in: -3...30, using: &random)
      picture.calls.rows[index].record.latencyMicroseconds = number(using: &random)
    }
    picture.events = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
      EventPicture(
        time: Timestamp(microseconds: Int64(truncatingIfNeeded: number(using: &random))),
        source: text(using: &random),
        text: text(using: &random),
        severity: [.info, .warning, .error].randomElement(using: &random) ?? .info
      )
    }
    picture.clocks.keyToAllACKs = number(using: &random)
    picture.clocks.canShowEffect = Bool.random(using: &random)
    picture.clocks.isEffectHidden = Bool.random(using: &random)
    picture.mesh = Bool.random(using: &random) ? "external" : text(using: &random)
    picture.xdsAddress = text(using: &random)
    return picture
  }

  private static func client(using random: inout some RandomNumberGenerator) -> ClientPicture {
    ClientPicture(
      name: text(using: &random),
      nodeID: text(using: &random),
      state: [.acked, .nacked, .waiting, .stale, .disconnected].randomElement(using: &random)
        ?? .acked,
      types: Bool.random(using: &random) ? [] : Fixtures.types(number(using: &random)),
      ackedRevision: number(using: &random),
      ackMicroseconds: number(using: &random),
      nackMessage: text(using: &random),
      calls: number(using: &random),
      callsPerSecond: share(using: &random),
      failed: number(using: &random),
      source: text(using: &random),
      notes: (0..<Int.random(in: 0..<6, using: &random)).map { _ in text(using: &random) },
      variant: text(using: &random),
      strayCalls: number(using: &random),
      process: process(using: &random)
    )
  }

  private static func process(using random: inout some RandomNumberGenerator) -> ProcessPicture? {
    guard Bool.random(using: &random) else { return nil }
    return ProcessPicture(
      state: [.starting, .running, .dead, .stopped].randomElement(using: &random) ?? .dead,
      processID: Int.random(in: 0...99_999_999, using: &random),
      exitReason: text(using: &random),
      restarts: Int.random(in: 0...3, using: &random),
      restartInMilliseconds: number(using: &random)
    )
  }
}
