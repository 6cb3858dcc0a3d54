import MeshModel
import TestSupport
import Testing

@testable import XDSCore

@Suite("server stream and client session together")
struct ConversationTests {
  @Test(
    "agree when all is delivered, and never route to where endpoints were taken too early",
    arguments: XDSVariant.allCases
  )
  func conversation(_ variant: XDSVariant) {
    for seed in 0..<60 as Range<UInt64> {
      if let problem = run(seed: seed, variant, refusals: 0) {
        Issue.record("seed \(seed): \(problem)")
        return
      }
    }
  }

  @Test(
    "the same with a client that refuses every third route configuration",
    arguments: XDSVariant.allCases
  )
  func refusingConversation(_ variant: XDSVariant) {
    for seed in 0..<60 as Range<UInt64> {
      if let problem = run(seed: seed, variant, refusals: 33) {
        Issue.record("seed \(seed): \(problem)")
        return
      }
    }
  }

  /// Returns what went wrong.
  private func run(seed: UInt64, _ variant: XDSVariant, refusals: Int) -> String? {
    var random = SeededGenerator(seed: seed)
    var talk = Conversation(.random(&random), variant: variant)
    talk.refusals = refusals
    talk.toggle(greeterTarget)
    talk.connect()
    for step in 0..<300 {
      perform(&talk, &random)
      if let broken = talk.brokenCluster() { return "step \(step): \(broken)" }
      if step % 100 == 99, refusals == 0 {
        talk.connect()
        guard talk.settle(&random) else { return "step \(step): never quiet" }
        if let problem = talk.disagreement() { return "step \(step): \(problem)" }
      }
    }
    // A change of all routes, which a client that refused the ones before now accepts.
    talk.refusals = 0
    talk.connect()
    talk.publish(splitMesh(1, 999))
    guard talk.settle(&random) else { return "never quiet" }
    return talk.disagreement() ?? talk.brokenCluster()
  }

  private func perform(_ talk: inout Conversation, _ random: inout SeededGenerator) {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<40: talk.deliverToServer()
    case 40..<80: talk.deliverToClient(&random)
    case 80..<92: talk.publish(.random(&random))
    case 92..<94: talk.connect()
    case 94: talk.disconnect()
    default:
      if let target = Conversation.targets.randomElement(using: &random) { talk.toggle(target) }
    }
  }

  @Test("a burst of edits makes few pushes, and the last one always arrives")
  func burst() {
    var random = SeededGenerator(seed: 7)
    var talk = Conversation(splitMesh(50, 50))
    talk.toggle(greeterTarget)
    talk.connect()
    let isQuietBefore = talk.settle(&random)
    #expect(isQuietBefore)
    let before = talk.responseCount
    for weight in 1...100 { talk.publish(splitMesh(100 - weight, weight)) }
    let isQuietAfter = talk.settle(&random)
    #expect(isQuietAfter)
    #expect(talk.disagreement() == nil)
    #expect(talk.responseCount - before == 2)
  }

  @Test("a wildcard client never has routes to a cluster that it lacks")
  func wildcardClient() {
    for seed in 0..<60 as Range<UInt64> {
      if let problem = runWildcard(seed: seed) {
        Issue.record("seed \(seed): \(problem)")
        return
      }
    }
  }

  /// A client as Envoy is: all clusters, routes by name; refuses some routes.
  private func runWildcard(seed: UInt64) -> String? {
    var random = SeededGenerator(seed: seed)
    var driver = StreamDriver(.random(&random))
    var inbox = driver.send(.cluster, []).responses
    inbox += driver.send(.routeConfiguration, [greeterRoutes]).responses
    var clusters: Set<String> = []
    var routed: Set<String> = []
    for step in 0..<400 {
      let isLast = step > 300
      if !isLast, Int.random(in: 0..<4, using: &random) == 0 {
        inbox += driver.publish(.random(&random)).responses
      } else if !inbox.isEmpty {
        let response = inbox.removeFirst()
        let refuses = !isLast && Int.random(in: 0..<4, using: &random) == 0
        if response.type == .cluster { clusters = Set(response.resources.map(\.name)) }
        if response.type == .routeConfiguration, !refuses {
          routed = Set(response.resources.flatMap(\.routedClusters))
        }
        inbox +=
          driver.send(
            response.type,
            response.type == .cluster ? [] : [greeterRoutes],
            nonce: response.nonce,
            error: refuses && response.type == .routeConfiguration ? "refused" : nil
          ).responses
      }
      if !routed.isSubset(of: clusters) { return "step \(step): lacks \(routed)" }
      if step == 300 { inbox += driver.publish(splitMesh(1, 1)).responses }
    }
    let want = Set(driver.set[.grpc].names(of: .cluster))
    return clusters == want ? nil : "ends with \(clusters), want \(want)"
  }
}

extension Resource {
  fileprivate var routedClusters: [String] {
    guard case .routeConfiguration(let configuration) = self else { return [] }
    return configuration.referencedClusters
  }
}
