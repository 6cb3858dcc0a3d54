import MeshModel
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos

@testable import XDSWire

@Suite("Clusters with traffic policies, over the wire")
struct ClusterWireTests {
  private func encoded(_ cluster: Cluster, _ profile: NodeProfile) throws -> Proto.Cluster {
    let packed = try Google_Protobuf_Any(resource: .cluster(cluster), profile: profile)
    return try Proto.Cluster(unpackingAny: packed)
  }

  @Test(
    "what gRPC obeys comes through as it was",
    arguments: [
      Cluster(name: "c", loadBalancing: .ringHash(minimumSize: 1024)),
      Cluster(name: "c", connectionPool: ConnectionPool(http: .init(http2MaxRequests: 0))),
      Cluster(name: "c", connectionPool: ConnectionPool(http: .init(http2MaxRequests: 9))),
    ]
  )
  func roundTrip(_ cluster: Cluster) throws {
    #expect(try decode(try encoded(cluster, .grpc)) == .success(.cluster(cluster)))
  }

  @Test("a client that doesn't know least_request takes endpoints in turn, by locality")
  func leastRequest() throws {
    let message = try encoded(Cluster(name: "c", loadBalancing: .leastRequest), .grpc)
    #expect(message.lbPolicy == .roundRobin)
    #expect(try decode(message) == .success(.cluster(Cluster(name: "c"))))
    let packed = message.loadBalancingPolicy.policies.map(\.typedExtensionConfig.typedConfig)
    let locality = try Proto.WRRLocality(unpackingAny: try #require(packed.first))
    #expect(
      locality.endpointPickingPolicy.policies.map(\.typedExtensionConfig.typedConfig.typeName)
        == [Proto.LeastRequest.protoMessageName, Proto.RoundRobin.protoMessageName]
    )
    #expect(
      try encoded(Cluster(name: "c", loadBalancing: .leastRequest), .envoy).lbPolicy
        == .leastRequest
    )
  }

  @Test("lists of load balancers in each other without end are refused, not followed")
  func nestedLists() throws {
    var message = try encoded(Cluster(name: "c", loadBalancing: .leastRequest), .grpc)
    for _ in 0..<100 {
      var locality = Proto.WRRLocality()
      locality.endpointPickingPolicy = message.loadBalancingPolicy
      var policy = Proto.LoadBalancingPolicy.Policy()
      // Its bytes are made at once: made when they are needed, they would be made 2^100 times.
      policy.typedExtensionConfig.typedConfig = try .init(packing: locality)
      message.loadBalancingPolicy.policies = [policy]
    }
    guard case .failure = try decode(message) else {
      Issue.record("accepted")
      return
    }
  }

  @Test("rings that can't be are refused")
  func badRings() throws {
    let changes: [(inout Proto.Cluster) -> Void] = [
      { $0.ringHashLbConfig.minimumRingSize = 9_000_000 },
      { $0.ringHashLbConfig.maximumRingSize = 1 },
      { $0.ringHashLbConfig.hashFunction = .murmurHash2 },
      { $0.lbPolicy = .leastRequest },
    ]
    for change in changes {
      var message = try encoded(
        Cluster(name: "c", loadBalancing: .ringHash(minimumSize: 2)),
        .grpc
      )
      change(&message)
      guard case .failure = try decode(message) else {
        Issue.record("accepted: \(message)")
        continue
      }
    }
  }

  @Test("Envoy gets limits, times, outlier detection and TLS")
  func envoy() throws {
    let cluster = Cluster(
      name: "c",
      loadBalancing: .leastRequest,
      warmup: Warmup(duration: .seconds(3), minimumPercent: 200, aggression: 2),
      connectionPool: ConnectionPool(
        tcp: .init(
          maxConnections: 1,
          connectTimeout: .seconds(2),
          keepalive: .init(probes: 3, time: .milliseconds(1), interval: .seconds(4)),
          maxConnectionDuration: .seconds(5),
          idleTimeout: .seconds(6)
        ),
        http: .init(
          http1MaxPendingRequests: 7,
          http2MaxRequests: 8,
          maxRequestsPerConnection: 9,
          maxRetries: 10,
          maxConcurrentStreams: 11
        )
      ),
      outlierDetection: OutlierDetection(
        consecutive5xxErrors: 0,
        consecutiveGatewayErrors: 2,
        consecutiveLocalOriginFailures: 3,
        interval: .zero,
        minHealthPercent: 30
      ),
      tls: ClientTLS(
        mode: .mutual,
        clientCertificate: "/c",
        privateKey: "/k",
        caCertificates: "/a",
        subjectAltNames: ["a", "spiffe://x", "10.0.0.1"],
        sni: "s"
      ),
      sharesByLocality: true
    )
    let message = try encoded(cluster, .envoy)
    let limits = message.circuitBreakers.thresholds[0]
    #expect(
      [limits.maxConnections, limits.maxPendingRequests, limits.maxRequests, limits.maxRetries]
        .map(\.value) == [1, 7, 8, 10]
    )
    #expect(message.connectTimeout.seconds == 2)
    let keepalive = message.upstreamConnectionOptions.tcpKeepalive
    #expect(keepalive.keepaliveProbes.value == 3 && keepalive.keepaliveTime.value == 1)
    let slowStart = message.leastRequestLbConfig.slowStartConfig
    #expect(slowStart.slowStartWindow.seconds == 3 && slowStart.minWeightPercent.value == 100)
    #expect(message.outlierDetection.enforcingConsecutive5Xx.value == 0)
    #expect(message.outlierDetection.enforcingConsecutiveGatewayFailure.value == 100)
    #expect(message.outlierDetection.hasEnforcingSuccessRate)
    #expect(!message.outlierDetection.hasInterval)
    #expect(!message.outlierDetection.hasConsecutiveLocalOriginFailure)
    #expect(message.commonLbConfig.healthyPanicThreshold.value == 30)
    #expect(message.commonLbConfig.localityConfigSpecifier != nil)
    let packed = try #require(message.typedExtensionProtocolOptions.values.first)
    let options = try Proto.ProtocolOptions(unpackingAny: packed)
    #expect(options.commonHTTPProtocolOptions.idleTimeout.seconds == 6)
    #expect(options.commonHTTPProtocolOptions.maxRequestsPerConnection.value == 9)
    #expect(options.explicitHTTPConfig.http2ProtocolOptions.maxConcurrentStreams.value == 11)
    let tls = try Proto.UpstreamTLS(unpackingAny: message.transportSocket.typedConfig)
    #expect(tls.sni == "s" && tls.commonTlsContext.alpnProtocols == ["h2"])
    #expect(tls.commonTlsContext.tlsCertificates.map(\.privateKey.filename) == ["/k"])
    let validation = tls.commonTlsContext.validationContext
    #expect(validation.trustedCa.filename == "/a")
    #expect(validation.matchTypedSubjectAltNames.map(\.sanType) == [.dns, .uri, .ipAddress])
  }

  @Test("an empty policy says nothing: some clients take an empty one for their defaults")
  func empty() throws {
    for profile in NodeProfile.allCases {
      let message = try encoded(Cluster(name: "c"), profile)
      #expect(!message.hasOutlierDetection && !message.hasCircuitBreakers)
      #expect(!message.hasTransportSocket && !message.hasLoadBalancingPolicy)
    }
  }
}
