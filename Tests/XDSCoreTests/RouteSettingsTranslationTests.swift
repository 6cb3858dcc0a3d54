import MeshModel
import Testing

@testable import XDSCore

@Suite("translation of what a rule does beside choosing a cluster")
struct RouteSettingsTranslationTests {
  private func translate(
    _ profile: NodeProfile,
    _ change: (inout HTTPRoute) -> Void
  ) -> (route: Route?, notes: [String]) {
    var rule = HTTPRoute(destinations: [destination("v1")])
    change(&rule)
    let snapshot = build(greeterMesh([greeterRule(rule)]), profile)
    let routes = snapshot.routeConfigurations.flatMap(\.virtualHosts).flatMap(\.routes)
    let notes = snapshot.notes.map { String($0.message.dropFirst("not on this client: ".count)) }
    return (routes.first, notes)
  }

  @Test(
    "a part goes to the clients that obey it; the others have a note",
    arguments: NodeProfile.allCases
  )
  func parts(_ profile: NodeProfile) {
    let changes: [(RulePart, (inout HTTPRoute) -> Void)] = [
      (.timeout, { $0.timeout = .seconds(1) }),
      (.retries, { $0.retries = HTTPRetry(attempts: 2) }),
      (.fault, { $0.fault = HTTPFault(delay: .init(duration: .seconds(1))) }),
      (.mirrors, { $0.mirrors = [HTTPMirror(destination: destination("v2"))] }),
      (.rewrite, { $0.rewrite = HTTPRewrite(path: .prefix("/a")) }),
      (.headerChanges, { $0.headers.request.remove = ["a"] }),
      (.cors, { $0.cors = CORSPolicy(allowOrigins: [.exact("a")]) }),
      (.statPrefix, { $0.matches = [HTTPMatch(statPrefix: "a")] }),
      (.redirect, { $0.answer = .redirect(HTTPRedirect(authority: "a")) }),
      (.directResponse, { $0.answer = .direct(HTTPDirectResponse(status: 503)) }),
    ]
    #expect(changes.map(\.0) == RulePart.allCases)
    for (part, change) in changes {
      let (route, notes) = translate(profile, change)
      let obstacle = profile.obstacle(to: part)
      #expect(notes == [obstacle].compactMap(\.self))
      let isPlain = route?.settings == RouteSettings() && route?.action.isPlain == true
      #expect(isPlain == (obstacle != nil), "\(part)")
    }
  }

  @Test("0 stands for no limit, no tries and no delay", arguments: NodeProfile.allCases)
  func zeros(_ profile: NodeProfile) {
    let (route, _) = translate(profile) { rule in
      rule.timeout = .zero
      rule.retries = HTTPRetry(attempts: 0)
      rule.fault = HTTPFault(delay: .init(duration: .zero))
    }
    #expect(route?.settings == RouteSettings())
  }

  @Test("Envoy tries again on conditions and statuses, elsewhere unless told otherwise")
  func envoyRetries() {
    let retries = HTTPRetry(attempts: 2, perTryTimeout: .seconds(1), retryOn: ["5xx", "503"])
    let (route, notes) = translate(.envoy) { $0.retries = retries }
    #expect(
      route?.settings.retry
        == RouteSettings.Retry(
          attempts: 2,
          retryOn: "5xx,retriable-status-codes",
          statusCodes: [503],
          perTryTimeout: .seconds(1),
          avoidsPreviousHosts: true
        )
    )
    #expect(notes.isEmpty)
    let usual = translate(.envoy) { $0.retries = HTTPRetry(attempts: 1) }.route?.settings.retry
    #expect(
      usual?.retryOn
        == "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes"
    )
  }

  @Test("gRPC tries again on the codes that it knows, and not at all where it knows none")
  func grpcRetries() {
    let mixed = HTTPRetry(
      attempts: 9,
      perTryTimeout: .seconds(1),
      retryOn: ["unavailable", "5xx", "internal"],
      retryRemoteLocalities: true,
      backoff: .milliseconds(10)
    )
    let (route, notes) = translate(.grpc) { $0.retries = mixed }
    #expect(
      route?.settings.retry
        == RouteSettings.Retry(
          attempts: 9,
          retryOn: "unavailable,internal",
          backoff: .milliseconds(10)
        )
    )
    #expect(
      notes == [
        "gRPC doesn't try again on 5xx", "gRPC doesn't limit a single try's time",
        "gRPC tries a call 5 times at most",
        "gRPC doesn't choose an endpoint by those tried before",
      ]
    )
    let usual = translate(.grpc) { $0.retries = HTTPRetry(attempts: 1) }
    #expect(usual.route?.settings.retry?.retryOn == "unavailable,cancelled")
    #expect(usual.notes.isEmpty)
    let none = translate(.grpc) { $0.retries = HTTPRetry(attempts: 1, retryOn: ["5xx"]) }
    #expect(none.route?.settings.retry == nil)
    #expect(none.notes == ["gRPC doesn't try again on 5xx"])
  }

  @Test("no client aborts with http2Error; a delay beside it stays")
  func http2Error() {
    for profile in [NodeProfile.grpc, .envoy] {
      let delay = HTTPFault.Delay(duration: .seconds(1))
      let abort = HTTPFault.Abort(status: .http2("PROTOCOL_ERROR"))
      let (route, notes) = translate(profile) { $0.fault = HTTPFault(delay: delay, abort: abort) }
      #expect(route?.settings.fault == HTTPFault(delay: delay))
      #expect(notes.count == 1)
    }
  }

  @Test("a header that sets the authority is a rewrite; other pseudo-headers can't be changed")
  func authority() {
    let (route, notes) = translate(.envoy) { rule in
      rule.headers.request.set = [
        HeaderField(name: "Host", value: "a"), HeaderField(name: ":path", value: "/"),
        HeaderField(name: "x", value: "y"),
      ]
    }
    #expect(route?.settings.rewrite == HTTPRewrite(authority: "a"))
    #expect(route?.settings.headers.request.set.map(\.name) == ["x"])
    #expect(notes == ["Envoy can't change :path"])
  }

  @Test("a single destination's headers follow the rule's; those of several go with their clusters")
  func destinationHeaders() {
    let changes = HeaderChanges(request: .init(add: [HeaderField(name: "b", value: "2")]))
    var own = destination("v1", 1)
    own.headers = changes
    let rule = HeaderChanges(request: .init(add: [HeaderField(name: "a", value: "1")]))
    let single = translate(.envoy) { route in
      route.headers = rule
      route.destinations = [own]
    }
    #expect(single.route?.settings.headers.request.add.map(\.name) == ["a", "b"])
    let double = translate(.envoy) { route in
      route.headers = rule
      route.destinations = [own, destination("v1", 2), destination("v2", 3)]
    }
    #expect(double.route?.settings.headers == rule)
    guard case .weightedClusters(let clusters)? = double.route?.action else {
      Issue.record("\(String(describing: double.route))")
      return
    }
    #expect(clusters.map(\.headers) == [changes, HeaderChanges(), HeaderChanges()])
    #expect(clusters.map(\.weight) == [1, 2, 3])
  }

  @Test("a redirect to the port of the request names it, and codes are those that Envoy has")
  func redirect() {
    let (route, notes) = translate(.envoy) { rule in
      rule.answer = .redirect(HTTPRedirect(port: .fromRequestPort, code: 304))
    }
    #expect(route?.action == .redirect(HTTPRedirect(port: .number(20000), code: 302)))
    #expect(notes == ["Envoy can't redirect with 304; it does with 302"])
  }

  @Test("a cluster that only copies of calls go to exists")
  func mirrorCluster() {
    let mirror = HTTPMirror(destination: destination("v9"), percentage: Percentage(perMillion: 5))
    let rule = HTTPRoute(destinations: [destination("v1")], mirrors: [mirror])
    let snapshot = build(greeterMesh([greeterRule(rule)]), .envoy)
    #expect(snapshot.clusters.contains { $0.name == greeterCluster("v9") })
    #expect(snapshot.assignment(greeterCluster("v9")) != nil)
  }
}

extension RouteAction {
  /// Whether calls go to a cluster, whichever it is.
  fileprivate var isPlain: Bool {
    if case .cluster = self { true } else { false }
  }
}
