import MeshModel

extension CheckRow {
  private static let zero = Duration.zero

  static let ofRules: [CheckRow] = [
    .rule(.error, .weightsAllZero, at: "route") { rule in
      for index in rule.destinations.indices { rule.destinations[index].weight = .zero }
    },
    .rule(.error, .weightsOverflow, at: "route") {
      $0.destinations[0].weight = Weight(clamping: .max)
    },
    .rule(.warning, .weightIneffective, at: "route[0].weight") {
      $0.destinations.removeLast()
      $0.destinations[0].weight = .zero
    },
    .rule(.error, .destinationsMissing, at: "") { $0.destinations = [] },
    .rule(.warning, .destinationDuplicate, at: "route[1].destination") {
      $0.destinations[1] = $0.destinations[0]
    },
    .rule(.error, .hostInvalid, at: "route[1].destination.host") {
      $0.destinations[1].host = "*.b"
    },
    .rule(.warning, .hostUnknown, at: "route[0].destination.host") {
      $0.destinations[0].host = "nobody"
    },
    .rule(.error, .portInvalid, at: "route[0].destination.port.number") {
      $0.destinations[0].port = 0
    },
    .rule(.warning, .portUnknown, at: "route[0].destination.port.number") {
      $0.destinations[0].port = 81
    },
    .rule(.warning, .subsetUndefined, at: "route[1].destination.subset") {
      $0.destinations[1].subset = "v3"
    },
    .rule(.error, .actionConflict, at: "route") {
      $0.answer = .redirect(HTTPRedirect(authority: "b"))
    },
    .rule(.error, .actionConflict, at: "route") { $0.delegate = ResourceName(name: "d") },
    .rule(.error, .actionConflict, at: "fault") {
      ($0.destinations, $0.answer) = ([], .direct(HTTPDirectResponse(status: 200)))
      $0.fault = HTTPFault(abort: .init(status: .grpc(14)))
    },
    .rule(.error, .actionConflict, at: "rewrite") {
      ($0.destinations, $0.answer) = ([], .direct(HTTPDirectResponse(status: 200)))
      $0.rewrite = HTTPRewrite(authority: "b")
    },
    .rule(.error, .redirectInvalid, at: "redirect") {
      ($0.destinations, $0.answer) = ([], .redirect(HTTPRedirect()))
    },
    .rule(.error, .redirectInvalid, at: "redirect.redirectCode") {
      ($0.destinations, $0.answer) = ([], .redirect(HTTPRedirect(authority: "b", code: 200)))
    },
    .rule(.error, .redirectInvalid, at: "redirect.scheme") {
      ($0.destinations, $0.answer) = ([], .redirect(HTTPRedirect(scheme: "ftp")))
    },
    .rule(.error, .portInvalid, at: "redirect.port") {
      ($0.destinations, $0.answer) = ([], .redirect(HTTPRedirect(port: .number(0))))
    },
    .rule(.error, .directResponseInvalid, at: "directResponse.status") {
      ($0.destinations, $0.answer) = ([], .direct(HTTPDirectResponse(status: 100)))
    },
    .rule(.warning, .directResponseInvalid, at: "directResponse.body") {
      let body = HTTPDirectResponse.Body.text(String(repeating: "a", count: 200 << 10))
      ($0.destinations, $0.answer) = ([], .direct(HTTPDirectResponse(status: 200, body: body)))
    },
    .rule(.error, .directResponseInvalid, at: "directResponse.body") {
      let body = HTTPDirectResponse.Body.bytes(Array(repeating: 1, count: 2 << 20))
      ($0.destinations, $0.answer) = ([], .direct(HTTPDirectResponse(status: 200, body: body)))
    },
    .rule(.error, .rewriteInvalid, at: "rewrite") { $0.rewrite = HTTPRewrite() },
    .rule(.error, .rewriteInvalid, at: "rewrite.uriRegexRewrite.rewrite") {
      $0.rewrite = HTTPRewrite(path: .regex(match: "/a", substitution: ""))
    },
    .rule(.error, .regexInvalid, at: "rewrite.uriRegexRewrite.match") {
      $0.rewrite = HTTPRewrite(path: .regex(match: "/a(", substitution: "/b"))
    },
    .rule(.error, .durationInvalid, at: "timeout") { $0.timeout = .microseconds(10) },
    .rule(.error, .durationInvalid, at: "timeout") { $0.timeout = .seconds(-1) },
    .rule(.error, .durationInvalid, at: "timeout") { $0.timeout = .microseconds(1500) },
    .rule(.warning, .timeoutTooShort, at: "timeout") {
      $0.timeout = .seconds(1)
      $0.retries = HTTPRetry(attempts: 3, perTryTimeout: .milliseconds(500))
    },
    .rule(.error, .retriesInvalid, at: "retries.attempts") {
      $0.retries = HTTPRetry(attempts: 0, retryOn: ["unavailable"])
    },
    .rule(.error, .retriesInvalid, at: "retries.retryOn") {
      $0.retries = HTTPRetry(attempts: 1, retryOn: ["503", "unavailible"])
    },
    .rule(.error, .durationInvalid, at: "retries.perTryTimeout") {
      $0.retries = HTTPRetry(attempts: 1, perTryTimeout: zero)
    },
    .rule(.error, .durationInvalid, at: "retries.backoff") {
      $0.retries = HTTPRetry(attempts: 1, backoff: zero)
    },
    .rule(.error, .faultInvalid, at: "fault") { $0.fault = HTTPFault() },
    .rule(.error, .durationInvalid, at: "fault.delay.fixedDelay") {
      $0.fault = HTTPFault(delay: .init(duration: zero, percentage: .init(perMillion: 1)))
    },
    .rule(.error, .faultInvalid, at: "fault.abort.httpStatus") {
      $0.fault = HTTPFault(abort: .init(status: .http(700), percentage: .init(perMillion: 1)))
    },
    .rule(.error, .faultInvalid, at: "fault.abort.grpcStatus") {
      $0.fault = HTTPFault(abort: .init(status: .grpc(17), percentage: .init(perMillion: 1)))
    },
    .rule(.error, .faultInvalid, at: "fault.abort.http2Error") {
      $0.fault = HTTPFault(abort: .init(status: .http2("X"), percentage: .init(perMillion: 1)))
    },
    .rule(.warning, .faultOnEveryCall, at: "fault.abort") {
      $0.fault = HTTPFault(abort: .init(status: .grpc(14)))
    },
    .rule(.warning, .faultOnEveryCall, at: "fault.delay") {
      $0.fault = HTTPFault(delay: .init(duration: .seconds(1)))
    },
    .rule(.warning, .mirrorIneffective, at: "mirrors[0].destination") {
      $0.destinations.removeLast()
      $0.mirrors = [HTTPMirror(destination: $0.destinations[0])]
    },
    .rule(.warning, .hostUnknown, at: "mirrors[0].destination.host") {
      $0.mirrors = [HTTPMirror(destination: RouteDestination(host: "nobody", weight: .zero))]
    },
    .rule(.error, .corsInvalid, at: "corsPolicy.allowOrigins[0]") {
      $0.cors = CORSPolicy(allowOrigins: [.present])
    },
    .rule(.error, .matchEmpty, at: "corsPolicy.allowOrigins[0].exact") {
      $0.cors = CORSPolicy(allowOrigins: [.exact("")])
    },
    .rule(.error, .regexInvalid, at: "corsPolicy.allowOrigins[1].regex") {
      $0.cors = CORSPolicy(allowOrigins: [.exact("*"), .regex("a(")])
    },
    .rule(.error, .corsInvalid, at: "corsPolicy.allowMethods[1]") {
      $0.cors = CORSPolicy(allowMethods: ["GET", "get"])
    },
    .rule(.error, .corsInvalid, at: "corsPolicy.exposeHeaders[0]") {
      $0.cors = CORSPolicy(exposeHeaders: ["a b"])
    },
    .rule(.error, .durationInvalid, at: "corsPolicy.maxAge") {
      $0.cors = CORSPolicy(maxAge: .milliseconds(1500))
    },
    .rule(.error, .headerChangeInvalid, at: "headers.request.set[:path]") {
      $0.headers.request.set = [HeaderField(":path", "/")]
    },
    .rule(.error, .headerChangeInvalid, at: "headers.request") {
      $0.headers.request.set = [HeaderField(":authority", "a"), HeaderField("Host", "b")]
    },
    .rule(.error, .headerChangeInvalid, at: "headers.response.add[host]") {
      $0.headers.response.add = [HeaderField("host", "a")]
    },
    .rule(.error, .headerChangeInvalid, at: "headers.request.remove[0]") {
      $0.headers.request.remove = ["a b"]
    },
    .rule(.error, .headerChangeInvalid, at: "headers.request.add[x]") {
      $0.headers.request.add = [HeaderField("x", "a\r\nb")]
    },
    .rule(.error, .headerChangeInvalid, at: "headers.request.add[x]") {
      $0.headers.request.add = [HeaderField("x", "100% sure")]
    },
    .rule(.error, .headerChangeInvalid, at: "route[1].headers.response.set[]") {
      $0.destinations[1].headers.response.set = [HeaderField("", "a")]
    },
    .rule(.error, .headerChangeInvalid, at: "rewrite.authority") {
      $0.rewrite = HTTPRewrite(authority: "a")
      $0.headers.request.set = [HeaderField(":authority", "b")]
    },
  ]

  static let ofMatches: [CheckRow] = [
    .match(.error, .matchEmpty, at: "uri.prefix", HTTPMatch(uri: .prefix(""))),
    .match(.error, .matchEmpty, at: "scheme", HTTPMatch(scheme: .present)),
    .match(.error, .matchEmpty, at: "authority.exact", HTTPMatch(authority: .exact(""))),
    .match(.error, .regexInvalid, at: "method.regex", HTTPMatch(method: .regex("("))),
    .match(
      .error,
      .regexInvalid,
      at: "headers[user].regex",
      HTTPMatch(headers: [.init("user", .regex("a**"))])
    ),
    .match(
      .error,
      .matchEmpty,
      at: "withoutHeaders[user].exact",
      HTTPMatch(withoutHeaders: [.init("user", .exact(""))])
    ),
    .match(
      .error,
      .regexInvalid,
      at: "queryParams[page].regex",
      HTTPMatch(queryParameters: [.init("page", .regex("[")), .init("q", .present)])
    ),
    .match(
      .error,
      .matchEmpty,
      at: "queryParams",
      HTTPMatch(queryParameters: [.init("", .present)])
    ),
    .match(
      .error,
      .headerNameInvalid,
      at: "headers[:path]",
      HTTPMatch(headers: [.init(":path", .exact("/"))])
    ),
    .match(
      .warning,
      .headerNameUpperCase,
      at: "withoutHeaders[User]",
      HTTPMatch(withoutHeaders: [.init("User", .present)])
    ),
    .match(
      .warning,
      .claimNotApplied,
      at: "headers[@request.auth.claims.group]",
      HTTPMatch(headers: [.init("@request.auth.claims.group", .exact("a"))])
    ),
    .match(
      .warning,
      .ignoreCaseIneffective,
      at: "ignoreUriCase",
      HTTPMatch(uri: .regex("/a"), ignoreURICase: true)
    ),
    .match(.warning, .ignoreCaseIneffective, at: "ignoreUriCase", HTTPMatch(ignoreURICase: true)),
    .match(.error, .portInvalid, at: "port", HTTPMatch(port: 0)),
    .match(.error, .namespaceInvalid, at: "sourceNamespace", HTTPMatch(sourceNamespace: "a.b")),
    .match(.error, .labelInvalid, at: "sourceLabels[a b]", HTTPMatch(sourceLabels: ["a b": "c"])),
    .match(.error, .gatewayInvalid, at: "gateways[1]", HTTPMatch(gateways: ["mesh", "a/b/c"])),
    .rule(.warning, .matchEmpty, at: "match[1]") {
      $0.matches = [HTTPMatch(headers: [.init("user", .present)]), HTTPMatch()]
    },
  ]
}
