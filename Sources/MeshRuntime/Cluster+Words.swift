import MeshModel
import XDSCore

extension Cluster {
  /// How its calls are spread and limited, a sentence each; nothing for the habits of clients.
  var words: [String] {
    var words: [String] = []
    if loadBalancing != .roundRobin { words.append(loadBalancing.words) }
    if let warmup { words.append("new endpoints warm up for \(warmup.duration.text)") }
    words += connectionPool.tcp?.words ?? []
    words += connectionPool.http?.words ?? []
    if let outlierDetection { words.append(outlierDetection.words) }
    if let tls { words.append("TLS mode \(tls.mode.rawValue)") }
    return words
  }
}

extension Cluster.LoadBalancing {
  fileprivate var words: String {
    switch self {
    case .roundRobin: "endpoints in turn"
    case .leastRequest: "to the endpoint with the fewest calls under way"
    case .random: "to any endpoint at random"
    case .ringHash: "to the endpoint that the hash finds on a ring"
    case .maglev: "to the endpoint that the hash finds in a Maglev table"
    case .passthrough: "to the address that was dialled"
    }
  }
}

extension ConnectionPool.TCP {
  fileprivate var words: [String] {
    [
      maxConnections.map { "at most \($0) connections" },
      connectTimeout.map { "\($0.text) to connect" },
      idleTimeout.map { "idle connections close after \($0.text)" },
    ].compactMap(\.self)
  }
}

extension ConnectionPool.HTTP {
  fileprivate var words: [String] {
    [
      http2MaxRequests.map { "at most \($0) calls under way at once" },
      http1MaxPendingRequests.map { "at most \($0) calls that wait" },
      maxRetries.map { "at most \($0) retries under way at once" },
      maxRequestsPerConnection.map { "at most \($0) calls a connection" },
      maxConcurrentStreams.map { "at most \($0) streams a connection" },
      idleTimeout.map { "idle streams close after \($0.text)" },
    ].compactMap(\.self)
  }
}

extension OutlierDetection {
  fileprivate var words: String {
    let counts = [
      consecutive5xxErrors.map { "\($0) errors" },
      consecutiveGatewayErrors.map { "\($0) gateway errors" },
      consecutiveLocalOriginFailures.map { "\($0) failures to connect" },
    ].compactMap(\.self)
    let what = counts.isEmpty ? "failures" : counts.joined(separator: " or ")
    let time = baseEjectionTime.map { " for \($0.text)" } ?? ""
    return "endpoints are left out\(time) after \(what) in a row"
  }
}
