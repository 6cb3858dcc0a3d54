/// What a rule answers calls with by itself.
package enum HTTPAnswer: Hashable, Sendable {
  case redirect(HTTPRedirect)
  case direct(HTTPDirectResponse)
}

/// Istio's HTTPRedirect: sends the caller elsewhere.
package struct HTTPRedirect: Hashable, Sendable {
  package enum Port: Hashable, Sendable {
    case number(UInt16)
    case fromProtocolDefault
    case fromRequestPort
  }

  /// What stands in the place of the path.
  package enum Path: Hashable, Sendable {
    case whole(String)
    /// Only what the match's prefix took.
    case prefix(String)
  }

  package var path: Path?
  package var authority: String?
  package var port: Port?
  package var scheme: String?
  /// 300 to 399; nil means 301.
  package var code: UInt16?

  package init(
    path: Path? = nil,
    authority: String? = nil,
    port: Port? = nil,
    scheme: String? = nil,
    code: UInt16? = nil
  ) {
    self.path = path
    self.authority = authority
    self.port = port
    self.scheme = scheme
    self.code = code
  }
}

/// Istio's HTTPDirectResponse: an answer that reaches no workload.
package struct HTTPDirectResponse: Hashable, Sendable {
  package enum Body: Hashable, Sendable {
    case text(String)
    case bytes([UInt8])
  }

  /// An HTTP status, 200 to 599.
  package var status: UInt16
  package var body: Body?

  package init(status: UInt16, body: Body? = nil) {
    self.status = status
    self.body = body
  }
}

/// Istio's HTTPRewrite: changes the call before it is sent on.
package struct HTTPRewrite: Hashable, Sendable {
  package enum Path: Hashable, Sendable {
    /// In the place of what the match's prefix took, or of the whole path where it is exact.
    case prefix(String)
    /// RE2 `match`, and what takes its place, with groups as `\1`.
    case regex(match: String, substitution: String)
  }

  package var path: Path?
  package var authority: String?

  package init(path: Path? = nil, authority: String? = nil) {
    self.path = path
    self.authority = authority
  }
}

/// Istio's HTTPRetry: when and how often a failed call is tried again.
package struct HTTPRetry: Hashable, Sendable {
  /// Beyond the first try; 0 for none.
  package var attempts: UInt32
  /// nil for the rule's own ``HTTPRoute/timeout``.
  package var perTryTimeout: Duration?
  /// Envoy's conditions and gRPC's code names, such as `unavailable`, or HTTP statuses; empty means
  /// Istio's default.
  package var retryOn: [String]
  package var retryRemoteLocalities: Bool?
  package var retryIgnorePreviousHosts: Bool?
  /// The least time between tries; nil means 25 ms.
  package var backoff: Duration?

  package init(
    attempts: UInt32,
    perTryTimeout: Duration? = nil,
    retryOn: [String] = [],
    retryRemoteLocalities: Bool? = nil,
    retryIgnorePreviousHosts: Bool? = nil,
    backoff: Duration? = nil
  ) {
    self.attempts = attempts
    self.perTryTimeout = perTryTimeout
    self.retryOn = retryOn
    self.retryRemoteLocalities = retryRemoteLocalities
    self.retryIgnorePreviousHosts = retryIgnorePreviousHosts
    self.backoff = backoff
  }
}

/// Istio's HTTPFaultInjection: failures made on purpose.
package struct HTTPFault: Hashable, Sendable {
  package struct Delay: Hashable, Sendable {
    package var duration: Duration
    package var percentage: Percentage

    package init(duration: Duration, percentage: Percentage = .all) {
      self.duration = duration
      self.percentage = percentage
    }
  }

  package struct Abort: Hashable, Sendable {
    package enum Status: Hashable, Sendable {
      /// 200 to 599.
      case http(UInt16)
      /// gRPC's code, 0 to 16.
      case grpc(UInt32)
      /// Istio's field `http2Error`, which no client knows.
      case http2(String)
    }

    package var status: Status
    package var percentage: Percentage

    package init(status: Status, percentage: Percentage = .all) {
      self.status = status
      self.percentage = percentage
    }
  }

  package var delay: Delay?
  package var abort: Abort?

  package init(delay: Delay? = nil, abort: Abort? = nil) {
    self.delay = delay
    self.abort = abort
  }
}

/// A share of calls, to the precision that clients know: parts of a million.
package struct Percentage: Hashable, Sendable {
  package static let all = Percentage(perMillion: 1_000_000)

  /// 0 to 1,000,000.
  package let perMillion: UInt32

  /// More than all is all.
  package init(perMillion: UInt32) {
    self.perMillion = min(perMillion, 1_000_000)
  }
}

/// Istio's HTTPMirrorPolicy: where copies of calls go.
package struct HTTPMirror: Hashable, Sendable {
  /// Its weight and headers mean nothing.
  package var destination: RouteDestination
  package var percentage: Percentage

  package init(destination: RouteDestination, percentage: Percentage = .all) {
    self.destination = destination
    self.percentage = percentage
  }
}

/// Istio's CorsPolicy: which pages of other origins a browser lets read the answers.
package struct CORSPolicy: Hashable, Sendable {
  package enum UnmatchedPreflights: String, CaseIterable, Hashable, Sendable {
    case forward = "FORWARD"
    case ignore = "IGNORE"
  }

  package var allowOrigins: [StringMatch]
  package var allowMethods: [String]
  package var allowHeaders: [String]
  package var exposeHeaders: [String]
  package var maxAge: Duration?
  package var allowCredentials: Bool?
  package var unmatchedPreflights: UnmatchedPreflights?

  package init(
    allowOrigins: [StringMatch] = [],
    allowMethods: [String] = [],
    allowHeaders: [String] = [],
    exposeHeaders: [String] = [],
    maxAge: Duration? = nil,
    allowCredentials: Bool? = nil,
    unmatchedPreflights: UnmatchedPreflights? = nil
  ) {
    self.allowOrigins = allowOrigins
    self.allowMethods = allowMethods
    self.allowHeaders = allowHeaders
    self.exposeHeaders = exposeHeaders
    self.maxAge = maxAge
    self.allowCredentials = allowCredentials
    self.unmatchedPreflights = unmatchedPreflights
  }
}

/// Istio's Headers: changes of a call's headers and of its answer's.
package struct HeaderChanges: Hashable, Sendable {
  package struct Operations: Hashable, Sendable {
    /// Overwrite; in the order of the file.
    package var set: [HeaderField]
    /// Append; in the order of the file.
    package var add: [HeaderField]
    package var remove: [String]

    package init(set: [HeaderField] = [], add: [HeaderField] = [], remove: [String] = []) {
      self.set = set
      self.add = add
      self.remove = remove
    }

    package var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }
  }

  package var request: Operations
  package var response: Operations

  package init(request: Operations = Operations(), response: Operations = Operations()) {
    self.request = request
    self.response = response
  }

  package var isEmpty: Bool { request.isEmpty && response.isEmpty }
}
