import MeshModel
import TestSupport
import Testing
import TrafficEngine
import XDSCore

@Suite("What routes do to calls")
struct CallConductTests {
  @Test("is nothing where a route says nothing that gRPC obeys")
  func nothing() {
    #expect(CallConduct(RouteSettings()) == nil)
    #expect(CallConduct(RouteSettings(timeout: .zero)) == nil)
    #expect(CallConduct(RouteSettings(hashPolicies: [.sourceIP])) == nil)
    #expect(CallConduct(RouteSettings(fault: HTTPFault())) == nil)
    let retry = RouteSettings.Retry(attempts: 2, retryOn: "5xx,reset")
    #expect(CallConduct(RouteSettings(retry: retry)) == nil)
    #expect(CallConduct(RouteSettings(timeout: .seconds(1)))?.timeout == .seconds(1))
  }

  @Test(
    "retries on the codes that gRPC knows, five tries in all at most",
    arguments: [
      (1, "unavailable", 1, 14, true), (1, "unavailable", 2, 14, false),
      (1, "unavailable", 1, 13, false), (9, "5xx, internal ,cancelled", 4, 13, true),
      (9, "internal", 5, 13, false), (1, "deadline-exceeded", 1, 4, true),
      (1, "resource-exhausted", 1, 8, true), (1, "cancelled", 1, 1, true),
      (1, "internal", 1, 0, false),
    ] as [(UInt32, String, Int, Int, Bool)]
  )
  func retries(attempts: UInt32, conditions: String, made: Int, code: Int, again: Bool) {
    let plan = RetryPlan(RouteSettings.Retry(attempts: attempts, retryOn: conditions))
    #expect(plan?.triesAgain(after: made, statusCode: code) == again)
  }

  @Test("waits longer from try to try, by a fifth more or less, up to the bound")
  func backoff() throws {
    let plan = try #require(RetryPlan(.init(attempts: 4, retryOn: "unavailable")))
    var dice = SeededGenerator(seed: 3)
    var backoff = plan.backoff
    for wanted in [25.0, 50, 100, 200, 250, 250] {
      let wait = backoff.next(using: &dice) / Duration.milliseconds(1)
      #expect(wait >= wanted * 0.8 && wait <= wanted * 1.2)
    }
    let bounds = RouteSettings.Retry(
      attempts: 1,
      retryOn: "internal",
      backoff: .seconds(1),
      maximumBackoff: .milliseconds(1)
    )
    #expect(RetryPlan(bounds)?.backoff.maximum == .seconds(1))
  }

  @Test("hashes the headers that are there, and none where none is")
  func hash() throws {
    let settings = RouteSettings(hashPolicies: [.header("user"), .sourceIP, .header("tag")])
    let conduct = try #require(CallConduct(settings))
    func hash(_ fields: [(String, String)]) -> UInt64? {
      conduct.hash(HeaderFields(fields.map { HeaderField(name: $0.0, value: $0.1) }))
    }
    #expect(hash([]) == nil)
    #expect(hash([("user", "a")]) == XXHash64.hash("a"))
    #expect(hash([("user", "a"), ("user", "b")]) == XXHash64.hash("a,b"))
    let user = XXHash64.hash("a")
    let both = ((user << 1) | (user >> 63)) ^ XXHash64.hash("b")
    #expect(hash([("tag", "b"), ("user", "a")]) == both)
  }

  @Test("injects faults into the share of calls that is asked for")
  func faults() {
    let fault = HTTPFault(
      delay: .init(duration: .seconds(1), percentage: Percentage(perMillion: 250_000)),
      abort: .init(status: .http(503), percentage: Percentage(perMillion: 500_000))
    )
    var dice = SeededGenerator(seed: 9)
    let decisions = (0..<10_000).map { _ in FaultDecision(fault, using: &dice) }
    let delayed = decisions.count { $0.delay == .seconds(1) }
    let aborted = decisions.count { $0.abortCode == 14 }
    let both = decisions.count { $0.delay != nil && $0.abortCode != nil }
    #expect(abs(delayed - 2500) < 175)
    #expect(abs(aborted - 5000) < 200)
    #expect(abs(both - 1250) < 135)
  }

  @Test(
    "aborts with gRPC's code for what is asked for",
    arguments: [
      (.grpc(5), 5), (.grpc(0), nil), (.grpc(17), nil), (.http2("REFUSED_STREAM"), nil),
      (.http(400), 13), (.http(401), 16), (.http(403), 7), (.http(404), 12), (.http(429), 14),
      (.http(502), 14), (.http(504), 14), (.http(500), 2), (.http(418), 2),
    ] as [(HTTPFault.Abort.Status, Int?)]
  )
  func codes(status: HTTPFault.Abort.Status, code: Int?) {
    var dice = SeededGenerator(seed: 1)
    let fault = HTTPFault(abort: .init(status: status))
    #expect(FaultDecision(fault, using: &dice).abortCode == code)
  }
}
