import MeshModel
import Testing

@testable import XDSCore

/// What no client may ever be sent, whatever the rules are, and from whichever snapshot on.
@Suite("snapshots of random meshes")
struct ProfilePropertyTests {
  /// Builds some hundred snapshots, each from the one before.
  private func forEachSnapshot(_ profile: NodeProfile, _ body: (Snapshot) -> Void) {
    for seed in 0..<10 as Range<UInt64> {
      var meshes = RichMesh(seed: seed)
      var previous: Snapshot?
      for revision in 1...10 as ClosedRange<UInt64> {
        let snapshot = build(
          meshes.next(),
          profile,
          revision: revision,
          previous: chanceOfReuse(seed) ? previous : nil
        )
        body(snapshot)
        previous = snapshot
      }
    }
  }

  private func chanceOfReuse(_ seed: UInt64) -> Bool { !seed.isMultiple(of: 3) }

  @Test(
    "every cluster that a route refers to exists, and has endpoints",
    arguments: NodeProfile.allCases
  )
  func references(_ profile: NodeProfile) {
    forEachSnapshot(profile) { snapshot in
      let clusters = Set(snapshot.clusters.map(\.name))
      #expect(clusters == Set(snapshot.assignments.map(\.clusterName)))
      for routes in snapshot.routeConfigurations {
        #expect(clusters.isSuperset(of: routes.referencedClusters))
      }
    }
  }

  @Test("every listener's route configuration exists", arguments: NodeProfile.allCases)
  func listeners(_ profile: NodeProfile) {
    forEachSnapshot(profile) { snapshot in
      let names = Set(snapshot.routeConfigurations.map(\.name))
      #expect(names == Set(snapshot.listeners.map(\.routeConfigurationName)))
    }
  }

  @Test(
    "weights are above 0, sum to what fits, and no destination is there twice",
    arguments: NodeProfile.allCases
  )
  func weights(_ profile: NodeProfile) {
    forEachSnapshot(profile) { snapshot in
      for route in snapshot.routeConfigurations.flatMap(\.virtualHosts).flatMap(\.routes) {
        guard case .weightedClusters(let clusters) = route.action else { continue }
        #expect(clusters.count > 1 || !clusters[0].headers.isEmpty)
        #expect(clusters.allSatisfy { $0.weight > 0 })
        let places = Set(
          clusters.map { WeightedCluster(name: $0.name, weight: 0, headers: $0.headers) }
        )
        #expect(places.count == clusters.count)
        #expect(clusters.reduce(0) { $0 + UInt64($1.weight) } <= UInt64(UInt32.max))
      }
    }
  }

  @Test(
    "endpoints are IP addresses, each once, in localities that weigh what they do",
    arguments: NodeProfile.allCases
  )
  func endpoints(_ profile: NodeProfile) {
    forEachSnapshot(profile) { snapshot in
      for assignment in snapshot.assignments {
        let endpoints = assignment.localities.flatMap(\.endpoints)
        #expect(Set(endpoints.map(\.hostPort)).count == endpoints.count)
        #expect(endpoints.allSatisfy { IPAddressText.canonical($0.address) == $0.address })
        let places = assignment.localities.map { [$0.region, $0.zone, $0.subZone] }
        #expect(Set(places).count == places.count)
        #expect(assignment.localities.allSatisfy { $0.priority == 0 && $0.weight > 0 })
        guard profile != .dubbo else { continue }
        #expect(endpoints.allSatisfy { $0.health == .healthy })
        let isShared = snapshot.clusters.first { $0.name == assignment.clusterName }?
          .sharesByLocality
        for locality in assignment.localities where isShared != true {
          #expect(locality.weight == locality.endpoints.reduce(0) { $0 + $1.weight })
        }
      }
    }
  }

  @Test(
    "header names are in lower case, regular expressions can be read",
    arguments: NodeProfile.allCases
  )
  func matchers(_ profile: NodeProfile) throws {
    forEachSnapshot(profile) { snapshot in
      for route in snapshot.routeConfigurations.flatMap(\.virtualHosts).flatMap(\.routes) {
        if case .regex(let source) = route.match.path {
          #expect((try? RE2Pattern(source)) != nil)
        }
        for header in route.match.headers {
          #expect(header.name == header.name.lowercased())
          #expect(profile == .envoy || !header.takesMissingForEmpty)
          #expect(profile.obstacle(toHeader: header.name) == nil)
          #expect(profile.obstacle(to: header.condition, ofHeader: "") == nil)
          switch header.condition {
          case .regex(let source): #expect((try? RE2Pattern(source)) != nil)
          case .prefix(let text): #expect(!text.isEmpty)
          case .exact, .suffix, .contains, .range, .present: break
          }
        }
      }
    }
  }

  @Test("gRPC and dubbo-go are sent no setting that they refuse or don't obey")
  func settings() {
    for profile in [NodeProfile.grpc, .dubbo] {
      forEachSnapshot(profile) { snapshot in
        for route in snapshot.routeConfigurations.flatMap(\.virtualHosts).flatMap(\.routes) {
          var rest = route.settings
          if profile == .grpc {
            rest.timeout = nil
            rest.retry = nil
            rest.fault = nil
            rest.hashPolicies.removeAll { $0 == .header("user") }
          }
          #expect(rest == RouteSettings())
          #expect(!route.action.clusters.isEmpty)
          if case .weightedClusters(let clusters) = route.action {
            #expect(clusters.allSatisfy { $0.headers.isEmpty })
          }
        }
        for cluster in snapshot.clusters {
          var rest = cluster
          if profile == .grpc {
            rest.connectionPool.http?.http2MaxRequests = nil
            if rest.connectionPool.http == .init() { rest.connectionPool.http = nil }
            rest.sharesByLocality = false
            switch rest.loadBalancing {
            case .leastRequest, .ringHash: rest.loadBalancing = .roundRobin
            case .roundRobin, .random, .maglev, .passthrough: break
            }
          }
          #expect(rest == Cluster(name: cluster.name, reportsLoad: cluster.reportsLoad))
        }
      }
    }
  }

  @Test("a note is for its profile and says what it is about", arguments: NodeProfile.allCases)
  func notes(_ profile: NodeProfile) {
    forEachSnapshot(profile) { snapshot in
      #expect(snapshot.notes.allSatisfy { $0.profile == profile })
      #expect(snapshot.notes.allSatisfy { $0.message.hasPrefix("not on this client: ") })
    }
  }

  @Test("gRPC and dubbo-go get API listeners, Envoy a socket for each")
  func sockets() {
    for profile in NodeProfile.allCases {
      forEachSnapshot(profile) { snapshot in
        #expect(snapshot.listeners.allSatisfy { ($0.socket != nil) == (profile == .envoy) })
        #expect(profile == .grpc || snapshot.clusters.allSatisfy { !$0.reportsLoad })
        guard profile == .envoy else { return }
        let sockets = snapshot.listeners.compactMap { $0.socket.map { "\($0.address) \($0.port)" } }
        #expect(Set(sockets).count == sockets.count)
      }
    }
  }

  @Test("no domain is there twice in Envoy's routes, nor a virtual host without one")
  func domains() {
    forEachSnapshot(.envoy) { snapshot in
      for routes in snapshot.routeConfigurations {
        let domains = routes.virtualHosts.flatMap(\.domains)
        #expect(Set(domains).count == domains.count)
        #expect(routes.virtualHosts.allSatisfy { !$0.domains.isEmpty })
        #expect(Set(routes.virtualHosts.map(\.name)).count == routes.virtualHosts.count)
      }
    }
  }

  @Test("dubbo-go never gets an empty route configuration or a cluster's name that ends it")
  func dubbo() {
    forEachSnapshot(.dubbo) { snapshot in
      for cluster in snapshot.clusters {
        #expect(cluster.name.split(separator: "|", omittingEmptySubsequences: false).count > 3)
      }
      for routes in snapshot.routeConfigurations {
        #expect(routes.virtualHosts.map(\.domains) == [["*"]])
        #expect(routes.virtualHosts.allSatisfy { !$0.routes.isEmpty })
      }
      for locality in snapshot.assignments.flatMap(\.localities) {
        #expect([locality.region, locality.zone, locality.subZone] == ["", "", ""])
        #expect(locality.endpoints.allSatisfy { $0.health == .healthy || $0.health == .unhealthy })
      }
    }
  }

  @Test(
    "an endpoint that dubbo-go was told of is healthy or unhealthy ever after, while its cluster is"
  )
  func tombstones() {
    for seed in 0..<10 as Range<UInt64> {
      var meshes = RichMesh(seed: seed)
      var previous: Snapshot?
      var told: [String: Set<String>] = [:]
      for revision in 1...15 as ClosedRange<UInt64> {
        let mesh = meshes.next()
        let snapshot = build(mesh, .dubbo, revision: revision, previous: previous)
        let fresh = build(mesh, .dubbo, revision: revision)
        for assignment in snapshot.assignments {
          let name = assignment.clusterName
          let endpoints = assignment.localities.flatMap(\.endpoints)
          #expect(Set(endpoints.map(\.hostPort)).isSuperset(of: told[name] ?? []))
          told[name, default: []].formUnion(endpoints.map(\.hostPort))
          let alive = fresh.assignment(name)?.usableEndpoints.map(\.hostPort)
          #expect(Set(assignment.usableEndpoints.map(\.hostPort)) == Set(alive ?? []))
        }
        previous = snapshot
      }
    }
  }

  @Test(
    "a snapshot made from the one before is as if made anew",
    arguments: [NodeProfile.grpc, .envoy]
  )
  func reuse(_ profile: NodeProfile) {
    for seed in 0..<10 as Range<UInt64> {
      var meshes = RichMesh(seed: seed)
      var previous: Snapshot?
      for revision in 1...10 as ClosedRange<UInt64> {
        let mesh = meshes.next()
        let next = build(mesh, profile, revision: revision, previous: previous)
        let fresh = build(mesh, profile, revision: revision)
        #expect(next.notes == fresh.notes)
        for type in ResourceType.allCases {
          let plain = fresh.allResources(of: type).map(\.resource).map(withoutLog)
          #expect(next.allResources(of: type).map(\.resource).map(withoutLog) == plain)
        }
        previous = next
      }
    }
  }

  /// The headers that are logged may be more than the rules ask for.
  private func withoutLog(_ resource: Resource) -> Resource {
    guard case .listener(var listener) = resource else { return resource }
    listener.socket?.accessLog = nil
    return .listener(listener)
  }
}
