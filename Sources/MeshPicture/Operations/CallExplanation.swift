package import MeshModel

/// A call to be explained.
package struct ExplainRequest: Hashable, Sendable {
  /// What is dialled: a host, short or in full, with `:port` where the service has several.
  package var authority: String
  /// The path, `/package.Service/Method`; a method's bare name stands for any path that ends so.
  package var path: String
  /// gRPC's is always `POST`.
  package var method: String
  /// In order; names in lower case.
  package var headers: [HeaderField]
  /// A client by name or node ID; nil for any gRPC client.
  package var client: String?
  /// `grpc`, `envoy` or `dubbo`, where no client is named; nil means `grpc`.
  package var profile: String?
  /// Under which revision's rules; nil for the newest.
  ///
  /// Only the last few are kept as clients were given them.
  package var revision: UInt64?

  package init(
    authority: String,
    path: String = "/",
    method: String = "POST",
    headers: [HeaderField] = [],
    client: String? = nil,
    profile: String? = nil,
    revision: UInt64? = nil
  ) {
    self.authority = authority
    self.path = path
    self.method = method
    self.headers = headers
    self.client = client
    self.profile = profile
    self.revision = revision
  }
}

/// What becomes of a call: the same routes decide that clients are given.
package struct CallExplanation: Hashable, Sendable {
  /// A match that was tried before the one that holds.
  package struct Skipped: Hashable, Sendable {
    /// The rule's number, from 1; nil where the route stands for none.
    package var rule: Int?
    package var routeName: String
    package var reason: MatchFailure

    package init(rule: Int?, routeName: String, reason: MatchFailure) {
      self.rule = rule
      self.routeName = routeName
      self.reason = reason
    }
  }

  package struct Endpoint: Hashable, Sendable {
    /// The workload's ID; empty where unknown.
    package var workload: String
    /// `address:port`.
    package var address: String
    package var workloadVersion: String
    package var health: Workload.Health
    package var weight: UInt32

    package init(
      workload: String,
      address: String,
      workloadVersion: String,
      health: Workload.Health,
      weight: UInt32
    ) {
      self.workload = workload
      self.address = address
      self.workloadVersion = workloadVersion
      self.health = health
      self.weight = weight
    }
  }

  /// One cluster that the call may go to.
  package struct Share: Hashable, Sendable {
    package var cluster: String
    package var host: HostName
    /// nil where the rule chooses none: all workloads.
    package var subset: String?
    package var weight: UInt32
    /// 0 to 1.
    package var share: Double
    package var endpoints: [Endpoint]

    package init(
      cluster: String,
      host: HostName,
      subset: String?,
      weight: UInt32,
      share: Double,
      endpoints: [Endpoint]
    ) {
      self.cluster = cluster
      self.host = host
      self.subset = subset
      self.weight = weight
      self.share = share
      self.endpoints = endpoints
    }
  }

  package enum Outcome: Hashable, Sendable {
    /// Goes to one of ``CallExplanation/shares``.
    case routed
    /// Is answered by the client itself, such as by a redirect: in words.
    case answered(String)
    /// Fails at once, in words: no service, no route, no endpoint.
    case fails(String)
  }

  /// A resource that says so.
  package struct Resource: Hashable, Sendable {
    /// `LDS`, `RDS`, `CDS` or `EDS`.
    package var type: String
    package var name: String
    /// Its config version.
    package var version: String

    package init(type: String, name: String, version: String) {
      self.type = type
      self.name = name
      self.version = version
    }
  }

  /// How the client that was asked about stands to the newest rules.
  package struct Client: Hashable, Sendable {
    package var name: String
    package var nodeID: String
    /// The revision in force on it; nil before its first ACK.
    package var revision: UInt64?
    /// Where its own configuration makes of this call something else than the newest does, a sentence
    /// each; empty where it does the same.
    package var differences: [String]
    /// What it said when it refused; empty where it did not.
    package var nackMessage: String

    package init(
      name: String,
      nodeID: String,
      revision: UInt64?,
      differences: [String] = [],
      nackMessage: String = ""
    ) {
      self.name = name
      self.nodeID = nodeID
      self.revision = revision
      self.differences = differences
      self.nackMessage = nackMessage
    }
  }

  package var request: ExplainRequest
  package var revision: UInt64
  /// The host and port that the authority came to; nil where no service has it.
  package var service: HostName?
  package var port: UInt16?
  package var virtualService: ResourceName?
  /// The profile whose routes decided.
  package var profile: String
  /// In order; of thousands the first and the last few hundred, between which numbers are missing.
  package var skipped: [Skipped]
  /// The number of the rule that matched, from 1; nil where none did or there is no VirtualService.
  package var rule: Int?
  package var routeName: String?
  package var outcome: Outcome
  package var shares: [Share]
  /// What else happens to the call: time limits, retries, faults, mirrors, in words.
  package var settings: [String]
  package var resources: [Resource]
  /// What clients of the profile can't do of the rule: `not on this client: …`.
  package var notes: [String]
  /// nil where no client was asked about.
  package var client: Client?

  package init(
    request: ExplainRequest,
    revision: UInt64,
    service: HostName? = nil,
    port: UInt16? = nil,
    virtualService: ResourceName? = nil,
    profile: String,
    skipped: [Skipped] = [],
    rule: Int? = nil,
    routeName: String? = nil,
    outcome: Outcome,
    shares: [Share] = [],
    settings: [String] = [],
    resources: [Resource] = [],
    notes: [String] = [],
    client: Client? = nil
  ) {
    self.request = request
    self.revision = revision
    self.service = service
    self.port = port
    self.virtualService = virtualService
    self.profile = profile
    self.skipped = skipped
    self.rule = rule
    self.routeName = routeName
    self.outcome = outcome
    self.shares = shares
    self.settings = settings
    self.resources = resources
    self.notes = notes
    self.client = client
  }
}
