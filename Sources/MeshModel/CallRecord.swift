/// One call as its client saw it: what an access log entry tells.
package struct CallRecord: Hashable, Sendable {
  /// When the call began, by the client's clock.
  package var time: Timestamp
  /// The node ID of the xDS client that made the call.
  package var nodeID: String
  /// What was dialled, such as `dubbo-go-server.default.svc.cluster.local:20000`.
  package var authority: String
  /// `/package.Service/Method`.
  package var path: String
  /// The request's headers that rules match on, lower-case names.
  package var headers: [HeaderField]
  /// The xDS route that matched; empty where none did.
  package var routeName: String
  /// The `version_info` of the route configuration that decided; empty where unknown.
  package var configVersion: String
  /// The picked cluster, such as `outbound|20000|v1|host`; empty where none was.
  package var cluster: String
  /// `address:port` of the workload that answered; empty where none was reached.
  package var endpoint: String
  /// What the response says of its workload's version; empty where it says nothing.
  package var workloadVersion: String
  /// The gRPC status code, 0 for OK.
  package var statusCode: Int
  /// From the call's start to its end, in microseconds.
  package var latencyMicroseconds: UInt64
  /// The tries that it took, the first included; 1 where that isn't known.
  package var attempts: UInt32
  /// Who told of it: the access log, or a log that is followed.
  package var source: CallSource

  package init(
    time: Timestamp,
    nodeID: String,
    authority: String,
    path: String,
    headers: [HeaderField] = [],
    routeName: String = "",
    configVersion: String = "",
    cluster: String = "",
    endpoint: String = "",
    workloadVersion: String = "",
    statusCode: Int = 0,
    latencyMicroseconds: UInt64 = 0,
    attempts: UInt32 = 1,
    source: CallSource = .accessLog
  ) {
    self.time = time
    self.nodeID = nodeID
    self.authority = authority
    self.path = path
    self.headers = headers
    self.routeName = routeName
    self.configVersion = configVersion
    self.cluster = cluster
    self.endpoint = endpoint
    self.workloadVersion = workloadVersion
    self.statusCode = statusCode
    self.latencyMicroseconds = latencyMicroseconds
    self.attempts = attempts
    self.source = source
  }
}

/// A header's name and value.
package struct HeaderField: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
