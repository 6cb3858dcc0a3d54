import MeshModel
import TestSupport
import Testing

@testable import XDSCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Streams against clients that mean harm: nothing traps, and what they cost is bounded.
///
/// `WEIR_FUZZ_SECONDS` makes the random run that long.
@Suite("server stream: fuzz")
struct StreamFuzzTests {
  private static let junk = [
    "", "*", "a", "|||", "outbound|1||x", "x:1", "dubbo-go-server:20000", greeterTarget,
    greeterRoutes,
    greeterCluster(), greeterCluster("v1"), greeterCluster("v2"), "20000", "a/b", ":", "\u{0}", "🜁",
    String(repeating: "n", count: 100_000), "[::1]:99999", "sidecar~~~",
  ]

  @Test("random requests, publications and ticks never trap, and leave a bounded state")
  func random() {
    let seconds = getenv("WEIR_FUZZ_SECONDS").flatMap { Int(String(cString: $0)) } ?? 2
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    var seed: UInt64 = seconds > 2 ? UInt64(ContinuousClock.now.hashValue.magnitude) : 1
    while ContinuousClock.now < end {
      seed &+= 1
      if let problem = run(seed: seed) {
        Issue.record("seed \(seed): \(problem)")
        return
      }
    }
  }

  private func run(seed: UInt64) -> String? {
    var random = SeededGenerator(seed: seed)
    let history = Histories.all[Int(seed % UInt64(Histories.all.count))]
    var position = 0
    var time = MonotonicTime.zero
    var stream = ServerStream(
      peer: ClientPeer(
        address: "1",
        localAddress: pick(["", "127.0.0.1:15010", "[::1]:1", "x"], &random),
        authority: pick(Self.junk, &random)
      ),
      variant: pick(XDSVariant.allCases, &random),
      only: Int.random(in: 0..<8, using: &random) == 0 ? .endpoints : nil,
      profiles: .always(pick(NodeProfile.allCases, &random))
    )
    var nonces: [String] = ["", "x"]
    for _ in 0..<150 {
      time = time.advanced(byNanoseconds: UInt64.random(in: 0..<500_000_000, using: &random))
      var actions: [ServerAction] = []
      switch Int.random(in: 0..<10, using: &random) {
      case 0 where position < history.count - 1:
        position += 1
        actions = stream.publish(history[position], time: time)
      case 1: actions = stream.tick(time)
      case let draw:
        let isDelta = draw == 2 || (stream.isDelta && (3..<6).contains(draw))
        let request: AnyRequest =
          isDelta
          ? .delta(deltaRequest(nonces, &random)) : .stateOfTheWorld(request(nonces, &random))
        actions = stream.receive(request, snapshot: history[position], time: time)
      }
      for response in actions.responses {
        nonces.append(response.nonce)
        if nonces.count > 12 { nonces.remove(at: 2) }
        _ = response.resources.count + response.deltaResources.count
      }
      if actions.responses.count > 8 { return "\(actions.responses.count) responses at once" }
      if stream.resourceStatuses.count > 200 { return "state grows" }
    }
    return nil
  }

  private func request(
    _ nonces: [String],
    _ random: inout SeededGenerator
  ) -> DiscoveryRequest {
    DiscoveryRequest(
      typeURL: typeURL(&random),
      versionInfo: pick(["", "b-1", "b-", "-", "x"], &random),
      node: node(&random),
      resourceNames: names(&random),
      responseNonce: pick(nonces, &random),
      errorDetail: pick([nil, nil, "bad"], &random)
    )
  }

  private func deltaRequest(
    _ nonces: [String],
    _ random: inout SeededGenerator
  ) -> DeltaDiscoveryRequest {
    DeltaDiscoveryRequest(
      typeURL: typeURL(&random),
      node: node(&random),
      subscribe: names(&random),
      unsubscribe: names(&random),
      initialVersions: Dictionary(names(&random).map { ($0, "b-1") }) { first, _ in first },
      responseNonce: pick(nonces, &random),
      errorDetail: pick([nil, nil, "bad"], &random)
    )
  }

  private func node(_ random: inout SeededGenerator) -> Node? {
    let ids = ["n", "sidecar~127.0.0.1~dubbo-go-server-1.default~d", "sidecar~~~", "~~~~~"]
    return pick([Node(id: pick(ids, &random)), nil], &random)
  }

  private func typeURL(_ random: inout SeededGenerator) -> String {
    pick(ResourceType.allCases.map(\.typeURL) + ["", "type.googleapis.com/x"], &random)
  }

  private func names(_ random: inout SeededGenerator) -> [String] {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in pick(Self.junk, &random) }
  }

  private func pick<Element>(_ all: [Element], _ random: inout SeededGenerator) -> Element {
    all[Int.random(in: 0..<all.count, using: &random)]
  }

  // MARK: Much

  @Test("100,000 names at once, again and again, cost bounded time and no more state")
  func manyNames() {
    let names = (0..<100_000).map { "outbound|\($0)||x" }
    for variant in XDSVariant.allCases {
      var driver = StreamDriver(splitMesh(90, 10), profile: .envoy, variant: variant)
      let elapsed = ContinuousClock().measure {
        for _ in 0..<3 {
          for type in [ResourceType.cluster, .endpoints] {
            switch variant {
            case .stateOfTheWorld: _ = driver.send(type, names)
            case .delta: _ = driver.sendDelta(type, subscribe: names)
            }
          }
        }
        for weight in 1...5 { _ = driver.publish(splitMesh(100 - weight, weight)) }
      }
      #expect(driver.stream.status(of: .endpoints).names.count == 100_000)
      #expect(elapsed < .seconds(60), "\(variant)")
    }
  }

  @Test("a client that answers nothing gets a bounded number of responses")
  func noAnswers() {
    for variant in XDSVariant.allCases {
      var driver = StreamDriver(splitMesh(90, 10), profile: .envoy, variant: variant)
      var count = 0
      for number in 0..<1_000 {
        let names = (0...number % 50).map { "outbound|\(number + $0)||x" }
        switch variant {
        case .stateOfTheWorld: count += driver.send(.endpoints, names).sent.count
        case .delta: count += driver.sendDelta(.endpoints, subscribe: names).sent.count
        }
        if number % 100 == 0 { count += driver.publish(splitMesh(number, 1_000)).sent.count }
      }
      #expect(count == 16)
    }
  }
}
