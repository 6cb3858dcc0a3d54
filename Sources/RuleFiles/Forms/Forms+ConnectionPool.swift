import MeshModel

extension Forms {
  static let connectionPool = ObjectForm(
    "ConnectionPoolSettings",
    start: ConnectionPool(),
    [
      .optional("tcp", \.tcp, .object(tcpPool)), .optional("http", \.http, .object(httpPool)),
    ]
  )

  private static let tcpPool: ObjectForm<ConnectionPool.TCP> = {
    let keepalive = ObjectForm(
      "TcpKeepalive",
      start: ConnectionPool.TCP.Keepalive(),
      [
        .optional("probes", \.probes, .integer()),
        .optional("time", \.time, .duration),
        .optional("interval", \.interval, .duration),
      ]
    )
    return ObjectForm(
      "TCPSettings",
      start: ConnectionPool.TCP(),
      [
        .optional("maxConnections", \.maxConnections, .count),
        .optional("connectTimeout", \.connectTimeout, .duration),
        .optional("tcpKeepalive", \.keepalive, .object(keepalive)),
        .optional("maxConnectionDuration", \.maxConnectionDuration, .duration),
        .optional("idleTimeout", \.idleTimeout, .duration),
      ]
    )
  }()

  private static let httpPool = ObjectForm(
    "HTTPSettings",
    start: ConnectionPool.HTTP(),
    [
      .optional("http1MaxPendingRequests", \.http1MaxPendingRequests, .count),
      .optional("http2MaxRequests", \.http2MaxRequests, .count),
      .optional("maxRequestsPerConnection", \.maxRequestsPerConnection, .count),
      .optional("maxRetries", \.maxRetries, .count),
      .optional("idleTimeout", \.idleTimeout, .duration),
      .optional("h2UpgradePolicy", \.upgradePolicy, .words()),
      .optional("useClientProtocol", \.useClientProtocol, .boolean),
      .optional("maxConcurrentStreams", \.maxConcurrentStreams, .count),
    ]
  )
}
