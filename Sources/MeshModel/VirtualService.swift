/// Istio's VirtualService: ordered rules for the calls to its hosts.
package struct VirtualService: Hashable, Sendable {
  package var name: ResourceName
  /// Short or fully qualified host names; a short one is resolved in the namespace of ``name``.
  package var hosts: [String]
  /// The rules; the first whose match holds decides.
  package var http: [HTTPRoute]
  /// The gateways that it is for; empty, or with `mesh` among them, it is for clients of the mesh.
  package var gateways: [String]
  /// What no client gets of it, kept for whoever reads it back.
  package var kept: KeptFields

  package init(
    name: ResourceName,
    hosts: [String],
    http: [HTTPRoute],
    gateways: [String] = [],
    kept: KeptFields = KeptFields()
  ) {
    self.name = name
    self.hosts = hosts
    self.http = http
    self.gateways = gateways
    self.kept = kept
  }

  /// What a list of gateways calls the mesh itself.
  package static let meshGateway = "mesh"

  /// Whether clients of the mesh follow it, not gateways alone.
  package var isForMesh: Bool { gateways.isEmpty || gateways.contains(Self.meshGateway) }
}

/// One rule of a VirtualService: where the calls go that match.
package struct HTTPRoute: Hashable, Sendable {
  /// The operator's own name for the rule; nil where it has none.
  package var name: String?
  /// Any of these must hold; an empty list matches every call.
  package var matches: [HTTPMatch]
  /// At least one destination, unless ``answer`` or ``delegate`` takes their place.
  package var destinations: [RouteDestination]
  /// What calls get instead of being sent to a destination; nil where they are sent.
  package var answer: HTTPAnswer?
  /// The VirtualService whose rules take this one's place; nil where there is none.
  package var delegate: ResourceName?
  package var rewrite: HTTPRewrite?
  /// The whole call's, retries included; nil or zero for no limit.
  package var timeout: Duration?
  /// nil for the client's own habit; with 0 attempts nothing is tried again.
  package var retries: HTTPRetry?
  package var fault: HTTPFault?
  /// Where copies of the calls go, whose answers nobody waits for.
  package var mirrors: [HTTPMirror]
  package var cors: CORSPolicy?
  package var headers: HeaderChanges

  package init(
    name: String? = nil,
    matches: [HTTPMatch] = [],
    destinations: [RouteDestination] = [],
    answer: HTTPAnswer? = nil,
    delegate: ResourceName? = nil,
    rewrite: HTTPRewrite? = nil,
    timeout: Duration? = nil,
    retries: HTTPRetry? = nil,
    fault: HTTPFault? = nil,
    mirrors: [HTTPMirror] = [],
    cors: CORSPolicy? = nil,
    headers: HeaderChanges = HeaderChanges()
  ) {
    self.name = name
    self.matches = matches
    self.destinations = destinations
    self.answer = answer
    self.delegate = delegate
    self.rewrite = rewrite
    self.timeout = timeout
    self.retries = retries
    self.fault = fault
    self.mirrors = mirrors
    self.cors = cors
    self.headers = headers
  }

  /// The weights' sum; at most 64 bits wide, so it can't overflow.
  package var totalWeight: UInt64 {
    destinations.reduce(0) { $0 + UInt64($1.weight.value) }
  }
}

/// One way to match a call; all of its parts must hold.
package struct HTTPMatch: Hashable, Sendable {
  package var name: String?
  /// The path, `/package.Service/Method` for gRPC.
  package var uri: StringMatch?
  package var ignoreURICase: Bool
  /// The HTTP method; gRPC calls are always `POST`.
  package var method: StringMatch?
  package var scheme: StringMatch?
  /// What was dialled, as the call's `:authority` says it.
  package var authority: StringMatch?
  /// The parameters behind the path's `?`, by name.
  package var queryParameters: [HeaderMatch]
  /// The port that was dialled; nil for any.
  package var port: UInt16?
  /// Labels that the caller itself must have; decided by the control plane.
  package var sourceLabels: [String: String]
  /// The caller's namespace, decided by the control plane; nil for any.
  package var sourceNamespace: String?
  /// As ``VirtualService/gateways``, for this match; empty for the VirtualService's own.
  package var gateways: [String]
  /// What Envoy counts its calls under; nil for nothing of its own.
  package var statPrefix: String?
  /// Headers that must be there and match.
  package var headers: [HeaderMatch]
  /// Headers that must be absent or not match.
  package var withoutHeaders: [HeaderMatch]

  package init(
    name: String? = nil,
    uri: StringMatch? = nil,
    ignoreURICase: Bool = false,
    method: StringMatch? = nil,
    headers: [HeaderMatch] = [],
    withoutHeaders: [HeaderMatch] = [],
    scheme: StringMatch? = nil,
    authority: StringMatch? = nil,
    queryParameters: [HeaderMatch] = [],
    port: UInt16? = nil,
    sourceLabels: [String: String] = [:],
    sourceNamespace: String? = nil,
    gateways: [String] = [],
    statPrefix: String? = nil
  ) {
    self.name = name
    self.uri = uri
    self.ignoreURICase = ignoreURICase
    self.method = method
    self.headers = headers
    self.withoutHeaders = withoutHeaders
    self.scheme = scheme
    self.authority = authority
    self.queryParameters = queryParameters
    self.port = port
    self.sourceLabels = sourceLabels
    self.sourceNamespace = sourceNamespace
    self.gateways = gateways
    self.statPrefix = statPrefix
  }

  /// Whether it has no condition, and so matches every call.
  package var isEmpty: Bool {
    uri == nil && method == nil && headers.isEmpty && withoutHeaders.isEmpty && scheme == nil
      && authority == nil && queryParameters.isEmpty && port == nil && sourceLabels.isEmpty
      && sourceNamespace == nil && isForMesh
  }

  /// Whether it is for clients of the mesh, not for gateways alone.
  package var isForMesh: Bool {
    gateways.isEmpty || gateways.contains(VirtualService.meshGateway)
  }
}

/// Istio's StringMatch, plus `present` (what Istio writes as an empty match).
package enum StringMatch: Hashable, Sendable {
  case exact(String)
  case prefix(String)
  /// RE2 syntax; the whole value must match.
  case regex(String)
  /// Any value, as long as there is one; for headers only.
  case present
}

/// A condition on one header.
package struct HeaderMatch: Hashable, Sendable {
  /// Lower case; gRPC and HTTP/2 carry no other.
  package var name: String
  package var match: StringMatch

  package init(name: String, match: StringMatch) {
    self.name = name
    self.match = match
  }
}

/// Where a rule sends calls, and what share of them.
package struct RouteDestination: Hashable, Sendable {
  /// Short or fully qualified.
  package var host: String
  /// A subset that a DestinationRule of the host defines; nil means every workload.
  package var subset: String?
  /// nil means the port that was dialled.
  package var port: UInt16?
  package var weight: Weight
  package var headers: HeaderChanges

  package init(
    host: String,
    subset: String? = nil,
    port: UInt16? = nil,
    weight: Weight,
    headers: HeaderChanges = HeaderChanges()
  ) {
    self.host = host
    self.subset = subset
    self.port = port
    self.weight = weight
    self.headers = headers
  }

  /// What the console calls it: the subset, else the first label of the host.
  package var label: String {
    subset ?? host.split(separator: ".").first.map(String.init) ?? host
  }
}
