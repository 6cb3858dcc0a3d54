import MeshModel
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos

@testable import XDSWire

@Suite("What routes do beside choosing a cluster, over the wire")
struct RouteSettingsWireTests {
  private func routes(_ settings: RouteSettings, _ action: RouteAction = .cluster("c")) -> Resource
  {
    let route = Route(name: "r", match: RouteMatch(), action: action, settings: settings)
    let host = VirtualHost(name: "h", domains: ["*"], routes: [route])
    return .routeConfiguration(RouteConfiguration(name: "r", virtualHosts: [host]))
  }

  private func encoded(
    _ settings: RouteSettings,
    action: RouteAction = .cluster("c"),
    _ profile: NodeProfile
  ) throws -> Proto.Route {
    let packed = try Google_Protobuf_Any(resource: routes(settings, action), profile: profile)
    return try Proto.RouteConfiguration(unpackingAny: packed).virtualHosts[0].routes[0]
  }

  /// What a gRPC client reads of settings that were changed on the way.
  private func decoded(
    _ settings: RouteSettings = RouteSettings(),
    _ change: (inout Proto.VirtualHost) throws -> Void
  ) throws -> Result<RouteSettings, DiscoveryResponse.Invalid> {
    var message = try message(routes(settings), as: Proto.RouteConfiguration.self)
    try change(&message.virtualHosts[0])
    return try decode(message).map { resource in
      guard case .routeConfiguration(let routes) = resource else { return RouteSettings() }
      return routes.virtualHosts[0].routes[0].settings
    }
  }

  @Test(
    "what gRPC obeys comes through as it was",
    arguments: [
      RouteSettings(timeout: .milliseconds(1500)),
      RouteSettings(retry: .init(attempts: 3, retryOn: "unavailable,internal")),
      RouteSettings(
        retry: .init(
          attempts: 1,
          retryOn: "cancelled",
          backoff: .milliseconds(10),
          maximumBackoff: .seconds(1)
        )
      ),
      RouteSettings(hashPolicies: [.header("user"), .header("trace")]),
      RouteSettings(
        fault: HTTPFault(
          delay: .init(duration: .seconds(2), percentage: Percentage(perMillion: 1)),
          abort: .init(status: .grpc(14), percentage: Percentage(perMillion: 500_000))
        )
      ),
      RouteSettings(fault: HTTPFault(abort: .init(status: .http(503)))),
    ]
  )
  func roundTrip(_ settings: RouteSettings) throws {
    let message = try Envoy_Service_Discovery_V3_DiscoveryResponse(
      serializedBytes: try bytes(of: routes(settings))
    )
    #expect(DiscoveryResponse(decoding: message).resources == [.success(routes(settings))])
  }

  @Test("what gRPC doesn't obey is left out on reading")
  func others() throws {
    let settings = RouteSettings(
      retry: .init(attempts: 1, retryOn: "5xx"),
      rewrite: HTTPRewrite(path: .prefix("/a")),
      headers: HeaderChanges(request: .init(remove: ["a"])),
      mirrors: [.init(cluster: "m", percentage: .all)],
      hashPolicies: [.sourceIP, .header("a-bin"), .queryParameter("q")],
      statPrefix: "s"
    )
    #expect(try decoded(settings) { _ in } == .success(RouteSettings()))
  }

  @Test("a virtual host's retries and faults are for routes without their own")
  func inherited() throws {
    var wanted = RouteSettings(fault: HTTPFault(abort: .init(status: .grpc(1))))
    wanted.retry = .init(attempts: 1, retryOn: "unavailable")
    let own = RouteSettings(fault: HTTPFault(abort: .init(status: .grpc(1))))
    let found = try decoded(own) { host in
      host.retryPolicy.retryOn = "unavailable,5xx"
      let fault = Proto.HTTPFault(HTTPFault(abort: .init(status: .grpc(2))))
      host.typedPerFilterConfig["envoy.filters.http.fault"] = try .init(message: fault)
    }
    #expect(found == .success(wanted))
  }

  @Test("the limit for calls with a deadline goes before the other; neither may be below 0")
  func streamDurations() throws {
    let both = try decoded(RouteSettings(timeout: .seconds(9))) { host in
      host.routes[0].route.maxStreamDuration.grpcTimeoutHeaderMax.seconds = 2
    }
    #expect(both == .success(RouteSettings(timeout: .seconds(2))))
    for (seconds, nanos): (Int64, Int32) in [(-1, 0), (0, -1), (.min, .min), (0, 0)] {
      let none = try decoded { host in
        host.routes[0].route.maxStreamDuration.maxStreamDuration.seconds = seconds
        host.routes[0].route.maxStreamDuration.maxStreamDuration.nanos = nanos
      }
      #expect(none == .success(RouteSettings()))
    }
    let long = try decoded { host in
      host.routes[0].route.maxStreamDuration.maxStreamDuration.seconds = .max
      host.routes[0].route.maxStreamDuration.maxStreamDuration.nanos = .max
    }
    #expect(try long.get().timeout ?? .zero > .seconds(1_000_000))
  }

  @Test("faults that can't be are refused, and say where they stand")
  func badFaults() throws {
    let table: [(String, (inout Proto.HTTPFault) -> Void)] = [
      ("abort: http_status is 99; want 200 to 599", { $0.abort.httpStatus = 99 }),
      ("abort: grpc_status is 17; want 0 to 16", { $0.abort.grpcStatus = 17 }),
      (
        "delay: denominator is 9; want 0, 1 or 2",
        {
          $0.delay.fixedDelay.seconds = 1
          $0.delay.percentage.denominator = .UNRECOGNIZED(9)
        }
      ),
    ]
    for (wanted, change) in table {
      let result = try decoded { host in
        var fault = Proto.HTTPFault()
        change(&fault)
        host.routes[0].typedPerFilterConfig["envoy.filters.http.fault"] = try .init(message: fault)
      }
      guard case .failure(let invalid) = result else {
        Issue.record("accepted: \(wanted)")
        continue
      }
      #expect(invalid.reason.hasSuffix("[envoy.filters.http.fault]: \(wanted)"))
    }
  }

  @Test("Envoy's own limit is the rule's, and it ends calls by their deadline too")
  func envoyTimeout() throws {
    let route = try encoded(RouteSettings(timeout: .milliseconds(1500)), .envoy).route
    #expect(route.timeout.seconds == 1)
    #expect(route.timeout.nanos == 500_000_000)
    #expect(route.maxStreamDuration.grpcTimeoutHeaderMax == route.timeout)
    #expect(route.maxStreamDuration.maxStreamDuration == route.timeout)
    let none = try encoded(RouteSettings(), .envoy).route
    #expect(none.hasTimeout && none.timeout == Proto.Duration())
    #expect(none.maxStreamDuration.hasGrpcTimeoutHeaderMax)
    #expect(!none.maxStreamDuration.hasMaxStreamDuration)
  }

  @Test("Envoy gets all of it")
  func envoy() throws {
    let settings = RouteSettings(
      retry: .init(
        attempts: 2,
        retryOn: "5xx,retriable-status-codes",
        statusCodes: [503],
        perTryTimeout: .seconds(1),
        avoidsPreviousHosts: true,
        triesOtherLocalities: true
      ),
      rewrite: HTTPRewrite(path: .regex(match: "/a", substitution: "/b"), authority: "h"),
      headers: HeaderChanges(
        request: .init(
          set: [HeaderField(name: "a", value: "")],
          add: [HeaderField(name: "b", value: "1")],
          remove: ["c"]
        ),
        response: .init(remove: ["d"])
      ),
      mirrors: [.init(cluster: "m", percentage: Percentage(perMillion: 10))],
      hashPolicies: [
        .cookie(.init(name: "k", path: "/", ttl: .zero)), .sourceIP, .queryParameter("q"),
      ],
      cors: CORSPolicy(
        allowOrigins: [.exact("a"), .prefix(""), .regex("b+")],
        allowMethods: ["GET", "PUT"],
        maxAge: .seconds(60),
        unmatchedPreflights: .ignore
      ),
      statPrefix: "s"
    )
    let route = try encoded(settings, .envoy)
    let retry = route.route.retryPolicy
    #expect(retry.numRetries.value == 2 && retry.retriableStatusCodes == [503])
    #expect(retry.perTryTimeout.seconds == 1)
    #expect(retry.retryHostPredicate.map(\.name) == ["envoy.retry_host_predicates.previous_hosts"])
    #expect(retry.hasRetryPriority && !retry.hasRetryBackOff)
    #expect(route.route.regexRewrite.substitution == "/b")
    #expect(route.route.hostRewriteLiteral == "h")
    #expect(route.route.requestMirrorPolicies.map(\.cluster) == ["m"])
    #expect(route.route.requestMirrorPolicies[0].runtimeFraction.defaultValue.numerator == 10)
    #expect(route.route.hashPolicy.map(\.cookie.name) == ["k", "", ""])
    #expect(route.route.hashPolicy[0].cookie.hasTtl)
    #expect(route.requestHeadersToAdd.map(\.header.key) == ["a", "b"])
    #expect(
      route.requestHeadersToAdd.map(\.appendAction)
        == [.overwriteIfExistsOrAdd, .appendIfExistsOrAdd]
    )
    #expect(route.requestHeadersToAdd.map(\.keepEmptyValue) == [true, false])
    #expect(route.requestHeadersToRemove == ["c"] && route.responseHeadersToRemove == ["d"])
    #expect(route.statPrefix == "s")
    let packed = try #require(route.typedPerFilterConfig["envoy.filters.http.cors"])
    let cors = try Proto.CorsPolicy(unpackingAny: packed)
    #expect(cors.allowMethods == "GET,PUT" && cors.maxAge == "60")
    #expect(cors.allowOriginStringMatch.map(\.safeRegex.regex) == ["", ".*", "b+"])
    #expect(cors.hasForwardNotMatchingPreflights && !cors.forwardNotMatchingPreflights.value)
  }

  @Test("redirects and direct responses are actions of their own; a large body is announced")
  func answers() throws {
    let redirect = HTTPRedirect(
      path: .prefix("/p"),
      authority: "a",
      port: .number(81),
      scheme: "https",
      code: 308
    )
    let moved = try encoded(RouteSettings(), action: .redirect(redirect), .envoy).redirect
    #expect(moved.prefixRewrite == "/p" && moved.hostRedirect == "a" && moved.portRedirect == 81)
    #expect(moved.schemeRedirect == "https" && moved.responseCode == .permanentRedirect)
    for (size, isLarge) in [(4096, false), (4097, true)] {
      let body = HTTPDirectResponse.Body.text(String(repeating: "x", count: size))
      let action = RouteAction.directResponse(HTTPDirectResponse(status: 418, body: body))
      let packed = try Google_Protobuf_Any(
        resource: routes(RouteSettings(), action),
        profile: .envoy
      )
      let message = try Proto.RouteConfiguration(unpackingAny: packed)
      #expect(message.hasMaxDirectResponseBodySizeBytes == isLarge)
      #expect(message.virtualHosts[0].routes[0].directResponse.status == 418)
    }
  }

  @Test(
    "a percent sign in a header's value is text unless it begins a command",
    arguments: [
      ("a", "a"), ("100%", "100%%"), ("100%%", "100%%"), ("%PROTOCOL%", "%PROTOCOL%"),
      ("%REQ(user-id)%!", "%REQ(user-id)%!"), ("%REQ()%", "%%REQ()%%"), ("%REQ%", "%%REQ%%"),
      ("%FOO%", "%%FOO%%"), ("50% of %HOSTNAME%", "50%% of %HOSTNAME%"),
      ("%PROTOCOL(x)%", "%%PROTOCOL(x)%%"), ("%%%", "%%%%"),
    ]
  )
  func headerText(_ text: String, _ wanted: String) {
    #expect(formatText(text) == wanted)
  }
}
