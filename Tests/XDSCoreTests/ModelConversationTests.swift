import MeshModel
import TestSupport
import Testing

@testable import XDSCore

@Suite("server stream and models of real clients")
struct ModelConversationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: ModelClient.Kind
    let variant: XDSVariant
    let refusals: Int

    var testDescription: String { "\(kind) \(variant.rawValue), refusing \(refusals) %" }
  }

  static let cases = [
    Case(kind: .envoy, variant: .stateOfTheWorld, refusals: 0),
    Case(kind: .envoy, variant: .stateOfTheWorld, refusals: 30),
    Case(kind: .envoy, variant: .delta, refusals: 0),
    Case(kind: .envoy, variant: .delta, refusals: 30),
    Case(kind: .dubbo, variant: .stateOfTheWorld, refusals: 0),
    Case(kind: .dubbo, variant: .stateOfTheWorld, refusals: 30),
  ]

  @Test(
    "no route to a cluster that isn't usable, no dead wait, and the newest content in the end",
    arguments: cases
  )
  func conversation(_ test: Case) {
    for seed in 0..<300 as Range<UInt64> where run(test, seed: seed, keepsLog: false) != nil {
      let problem = run(test, seed: seed, keepsLog: true) ?? "not the same again"
      Issue.record("seed \(seed): \(problem)")
      return
    }
  }

  /// Returns what went wrong.
  private func run(_ test: Case, seed: UInt64, keepsLog: Bool) -> String? {
    var random = SeededGenerator(seed: seed)
    let history = Histories.all[Int(seed) % Histories.all.count]
    var talk = ModelConversation(test.kind, test.variant, history: history)
    talk.client.refusals = test.refusals
    talk.keepsLog = keepsLog
    talk.connect()
    for step in 0..<120 {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<44: talk.deliverToServer()
      case 44..<88: talk.deliverToClient(&random)
      case 88..<97: talk.publish()
      case 97: talk.connect()
      default: if talk.isQuiet { _ = talk.waitForWake() }
      }
      if let problem = talk.client.problems.first {
        return "step \(step): \(problem)\n\(talk.log.joined(separator: "\n"))"
      }
    }
    // Refused routes come again only with another change.
    talk.client.refusals = 0
    if talk.isAtEnd { talk.connect() }
    while !talk.isAtEnd { talk.publish() }
    guard talk.settle(&random) else { return "never quiet" }
    let problem = talk.client.problems.first ?? (test.refusals == 0 ? talk.disagreement() : nil)
    return problem.map { "\($0)\n\(talk.log.joined(separator: "\n"))" }
  }
}
