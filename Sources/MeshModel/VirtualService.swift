/// Istio's VirtualService: ordered rules for the calls to its hosts.
package struct VirtualService: Hashable, Sendable {
  package var name: ResourceName
  /// Short or fully qualified host names; a short one is resolved in the namespace of ``name``.
  package var hosts: [String]
  /// The rules; the first whose match holds decides.
  package var http: [HTTPRoute]

  package init(name: ResourceName, hosts: [String], http: [HTTPRoute]) {
    self.name = name
    self.hosts = hosts
    self.http = http
  }
}

/// One rule of a VirtualService: where the calls go that match.
package struct HTTPRoute: Hashable, Sendable {
  /// The operator's own name for the rule; nil where it has none.
  package var name: String?
  /// Any of these must hold; an empty list matches every call.
  package var matches: [HTTPMatch]
  /// At least one destination.
  package var destinations: [RouteDestination]

  package init(
    name: String? = nil,
    matches: [HTTPMatch] = [],
    destinations: [RouteDestination]
  ) {
    self.name = name
    self.matches = matches
    self.destinations = destinations
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
    withoutHeaders: [HeaderMatch] = []
  ) {
    self.name = name
    self.uri = uri
    self.ignoreURICase = ignoreURICase
    self.method = method
    self.headers = headers
    self.withoutHeaders = withoutHeaders
  }

  /// Whether it has no condition, and so matches every call.
  package var isEmpty: Bool {
    uri == nil && method == nil && headers.isEmpty && withoutHeaders.isEmpty
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

  package init(host: String, subset: String? = nil, port: UInt16? = nil, weight: Weight) {
    self.host = host
    self.subset = subset
    self.port = port
    self.weight = weight
  }

  /// What the console calls it: the subset, else the first label of the host.
  package var label: String {
    subset ?? host.split(separator: ".").first.map(String.init) ?? host
  }
}
