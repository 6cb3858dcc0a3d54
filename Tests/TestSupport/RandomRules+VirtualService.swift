package import MeshModel

extension RandomRules {
  package mutating func virtualService() -> VirtualService {
    VirtualService(
      name: name(),
      hosts: some { $0.text() },
      http: several { $0.httpRoute() },
      gateways: several { $0.isChosen() ? "mesh" : $0.text() },
      kept: keptFields(lists: ["tls", "tcp"], strings: ["exportTo"])
    )
  }

  package mutating func httpRoute() -> HTTPRoute {
    var route = HTTPRoute(
      name: maybe { $0.text() },
      matches: several { $0.httpMatch() },
      rewrite: maybe { $0.rewrite() },
      timeout: maybe { $0.duration() },
      retries: maybe { $0.retries() },
      fault: maybe { $0.fault() },
      mirrors: several { HTTPMirror(destination: $0.destination(), percentage: $0.percentage()) },
      cors: maybe { $0.cors() },
      headers: headerChanges()
    )
    switch number(0...5) {
    case 0: route.answer = .redirect(redirect())
    case 1: route.answer = .direct(directResponse())
    case 2: route.delegate = name()
    default: route.destinations = destinations()
    }
    return route
  }

  // MARK: Matches

  package mutating func httpMatch() -> HTTPMatch {
    HTTPMatch(
      name: maybe { $0.text() },
      uri: maybe { $0.stringMatch() },
      ignoreURICase: boolean(),
      method: maybe { $0.stringMatch() },
      headers: conditions(),
      withoutHeaders: conditions(),
      scheme: maybe { $0.stringMatch() },
      authority: maybe { $0.stringMatch() },
      queryParameters: conditions(),
      port: maybe { $0.port() },
      sourceLabels: map(),
      sourceNamespace: maybe { $0.text() },
      gateways: several { $0.text() },
      statPrefix: maybe { $0.text() }
    )
  }

  mutating func stringMatch() -> StringMatch {
    switch number(0...3) {
    case 0: .exact(text())
    case 1: .prefix(text())
    case 2: .regex(text())
    default: .present
    }
  }

  private mutating func conditions() -> [HeaderMatch] {
    headerFields().map { HeaderMatch(name: $0.name, match: stringMatch()) }
  }

  // MARK: Destinations

  /// Alone, as that of a mirror.
  private mutating func destination() -> RouteDestination {
    RouteDestination(
      host: text(),
      subset: maybe { $0.word() },
      port: maybe { $0.port() },
      weight: .hundred
    )
  }

  private mutating func destinations() -> [RouteDestination] {
    var destinations = some { random in
      var destination = random.destination()
      destination.weight = Weight(clamping: random.one(of: [0, 1, 90, 100, 4_294_967_295]))
      destination.headers = random.headerChanges()
      return destination
    }
    if destinations.count == 1, destinations[0].weight == .zero {
      destinations[0].weight = .hundred
    }
    return destinations
  }

  // MARK: Actions

  private mutating func redirect() -> HTTPRedirect {
    HTTPRedirect(
      path: maybe { $0.isChosen() ? .whole($0.text()) : .prefix($0.text()) },
      authority: maybe { $0.text() },
      port: maybe { $0.one(of: [.number($0.port()), .fromProtocolDefault, .fromRequestPort]) },
      scheme: maybe { $0.text() },
      code: maybe { UInt16($0.number(300...399)) }
    )
  }

  private mutating func directResponse() -> HTTPDirectResponse {
    HTTPDirectResponse(
      status: UInt16(number(200...599)),
      body: maybe { random in
        random.isChosen()
          ? .text(random.text()) : .bytes(random.several(upTo: 9) { UInt8($0.number(0...255)) })
      }
    )
  }

  private mutating func rewrite() -> HTTPRewrite {
    HTTPRewrite(
      path: maybe {
        $0.isChosen()
          ? .prefix($0.text()) : .regex(match: $0.text(), substitution: $0.text())
      },
      authority: maybe { $0.text() }
    )
  }

  private mutating func retries() -> HTTPRetry {
    HTTPRetry(
      attempts: count(),
      perTryTimeout: maybe { $0.duration() },
      retryOn: several { $0.one(of: ["unavailable", "5xx", "503", "connect-failure"]) },
      retryRemoteLocalities: maybe { $0.boolean() },
      retryIgnorePreviousHosts: maybe { $0.boolean() },
      backoff: maybe { $0.duration() }
    )
  }

  private mutating func fault() -> HTTPFault {
    HTTPFault(
      delay: maybe { HTTPFault.Delay(duration: $0.duration(), percentage: $0.percentage()) },
      abort: maybe { random in
        let status: HTTPFault.Abort.Status =
          switch random.number(0...2) {
          case 0: .http(UInt16(random.number(200...599)))
          case 1: .grpc(UInt32(random.number(0...16)))
          default: .http2(random.text())
          }
        return HTTPFault.Abort(status: status, percentage: random.percentage())
      }
    )
  }

  private mutating func cors() -> CORSPolicy {
    CORSPolicy(
      allowOrigins: several { $0.stringMatch() },
      allowMethods: several { $0.text() },
      allowHeaders: several { $0.text() },
      exposeHeaders: several { $0.text() },
      maxAge: maybe { $0.duration() },
      allowCredentials: maybe { $0.boolean() },
      unmatchedPreflights: maybe { $0.one(of: CORSPolicy.UnmatchedPreflights.allCases) }
    )
  }

  mutating func headerChanges() -> HeaderChanges {
    guard isChosen() else { return HeaderChanges() }
    return HeaderChanges(request: operations(), response: operations())
  }

  private mutating func operations() -> HeaderChanges.Operations {
    HeaderChanges.Operations(
      set: headerFields(),
      add: headerFields(),
      remove: several { $0.text() }
    )
  }
}
