import MeshModel
import Testing
import XDSCore

@Suite("client session")
struct ClientSessionTests {
  @Test("asks for listener, routes, clusters and endpoints in turn, and then resolves")
  func dependencyWalk() throws {
    var driver = SessionDriver()
    #expect(driver.session.watch(greeterTarget, time: .zero).isEmpty)
    let opened = driver.session.streamOpened(time: .zero)
    #expect(opened.requested == ["LDS v= n= [\"\(greeterTarget)\"]"])
    #expect(opened.requests.map(\.node?.id) == ["client"])

    let listener = driver.listener()
    #expect(
      listener.requested == [
        "LDS v=1 n=n1 [\"\(greeterTarget)\"]", "RDS v= n= [\"\(greeterRoutes)\"]",
      ]
    )
    #expect(listener.requests.allSatisfy { $0.node == nil })
    #expect(
      driver.routes(["v1", "v2"]).requested == [
        "RDS v=1 n=n2 [\"\(greeterRoutes)\"]", "CDS v= n= [\"v1\", \"v2\"]",
      ]
    )
    #expect(
      driver.clusters(["v1", "v2"]).requested == [
        "CDS v=1 n=n3 [\"v1\", \"v2\"]", "EDS v= n= [\"v1\", \"v2\"]",
      ]
    )
    let endpoints = driver.endpoints(["v1", "v2"])
    #expect(endpoints.requested == ["EDS v=1 n=n4 [\"v1\", \"v2\"]"])
    let resolved = try #require(endpoints.updates.first)
    #expect(resolved.listenerName == greeterTarget)
    #expect(resolved.routeVersion == "1")
    #expect(resolved.routeConfiguration == SessionDriver.routes(["v1", "v2"]))
    #expect(resolved.clusters[greeterCluster("v1")]?.endpoints == SessionDriver.assignment("v1"))
    #expect(driver.session.resolved(greeterTarget) == resolved)
  }

  @Test("clusters without weight are not asked for")
  func zeroWeight() {
    var driver = SessionDriver.watching()
    _ = driver.listener()
    let clusters = [
      WeightedCluster(name: greeterCluster("v1"), weight: 1),
      WeightedCluster(name: greeterCluster("v2"), weight: 0),
    ]
    let route = Route(name: "r", match: RouteMatch(), action: .weightedClusters(clusters))
    let host = VirtualHost(name: "h", domains: ["*"], routes: [route])
    _ = driver.receive(
      .routeConfiguration,
      [.routeConfiguration(RouteConfiguration(name: greeterRoutes, virtualHosts: [host]))]
    )
    #expect(driver.session.names(of: .cluster) == [greeterCluster("v1")])
  }

  @Test("a route configuration without clusters resolves at once")
  func noRoutes() {
    var driver = SessionDriver.watching()
    _ = driver.listener()
    let empty = RouteConfiguration(name: greeterRoutes, virtualHosts: [])
    let actions = driver.receive(.routeConfiguration, [.routeConfiguration(empty)])
    #expect(actions.updates.map(\.routeConfiguration) == [empty])
  }

  @Test("weights alone take effect at once, under the new version")
  func newWeights() {
    var driver = SessionDriver.serving()
    let actions = driver.routes(["v1"], version: "2")
    #expect(actions.updates.map(\.routeVersion) == ["2"])
    #expect(actions.requested == ["RDS v=2 n=n5 [\"\(greeterRoutes)\"]"])
  }

  @Test("new routes wait for their clusters and endpoints while the old ones serve")
  func makeBeforeBreak() throws {
    var driver = SessionDriver.serving()
    let routes = driver.routes(["v2"], version: "2")
    #expect(routes.updates.isEmpty)
    // What serves stays subscribed, and its endpoints stay fresh.
    #expect(routes.requested.last == "CDS v=1 n=n3 [\"v1\", \"v2\"]")
    let moved = try #require(driver.endpoints(["v1"], port: 7).updates.first)
    #expect(moved.routeVersion == "1")
    #expect(
      moved.clusters[greeterCluster("v1")]?.endpoints == SessionDriver.assignment("v1", port: 7)
    )
    #expect(driver.clusters(["v1", "v2"], version: "2").updates.isEmpty)

    let actions = driver.endpoints(["v2"])
    let resolved = try #require(actions.updates.first)
    #expect(resolved.routeVersion == "2")
    #expect(Array(resolved.clusters.keys) == [greeterCluster("v2")])
    // Only then the old one goes.
    #expect(driver.session.names(of: .cluster) == [greeterCluster("v2")])
    #expect(driver.session.names(of: .endpoints) == [greeterCluster("v2")])
    #expect(actions.requested == ["CDS v=2 n=n7 [\"v2\"]", "EDS v=1 n=n8 [\"v2\"]"])
  }

  @Test("a second set of routes that comes while the first waits replaces it")
  func supersededRoutes() {
    var driver = SessionDriver.serving()
    _ = driver.routes(["v2"], version: "2")
    let actions = driver.routes(["v1"], version: "3")
    #expect(actions.updates.map(\.routeVersion) == ["3"])
    #expect(driver.session.names(of: .cluster) == [greeterCluster("v1")])
  }

  @Test("two targets share names, and forgetting one keeps those of the other")
  func sharedNames() {
    var driver = SessionDriver.serving()
    let alias = "dubbo-go-server:20000"
    let watched = driver.session.watch(alias, time: .zero)
    #expect(watched.requested == ["LDS v=1 n=n1 [\"\(greeterTarget)\", \"\(alias)\"]"])
    let both = [greeterTarget, alias].map {
      Resource.listener(Listener(name: $0, routeConfigurationName: greeterRoutes))
    }
    #expect(driver.receive(.listener, both).updates.map(\.listenerName) == [alias])
    #expect(driver.session.unwatch(greeterTarget, time: .zero).requests.count == 1)
    #expect(driver.session.names(of: .cluster) == [greeterCluster("v1")])
    #expect(driver.session.resolved(greeterTarget) == nil)

    let last = driver.session.unwatch(alias, time: .zero)
    #expect(last.requests.map(\.resourceNames) == [[], [], [], []])
    #expect(driver.session.watch(greeterTarget, time: .zero).requests.count == 1)
  }

  @Test("watching twice, or forgetting what isn't watched, does nothing")
  func repeatedWatch() {
    var driver = SessionDriver.serving()
    #expect(driver.session.watch(greeterTarget, time: .zero).isEmpty)
    #expect(driver.session.unwatch("x:1", time: .zero).isEmpty)
  }

  @Test("responses of a type that wasn't asked for, or without a stream, are ignored")
  func unasked() {
    var driver = SessionDriver.watching()
    #expect(driver.clusters(["v1"]).isEmpty)
    driver.session.streamClosed(time: .zero)
    #expect(driver.listener().isEmpty)
    var idle = SessionDriver()
    #expect(idle.session.streamOpened(time: .zero).isEmpty)
  }

  // MARK: Reconnecting

  @Test("on a new stream every type is asked for again, version kept, nonce empty, node first")
  func reconnect() {
    var driver = SessionDriver.serving()
    driver.session.streamClosed(time: .zero)
    #expect(driver.session.resolved(greeterTarget) != nil)
    #expect(driver.session.nextDeadline == nil)
    let actions = driver.session.streamOpened(time: .zero)
    #expect(
      actions.requested == [
        "LDS v=1 n= [\"\(greeterTarget)\"]", "RDS v=1 n= [\"\(greeterRoutes)\"]",
        "CDS v=1 n= [\"v1\"]", "EDS v=1 n= [\"v1\"]",
      ]
    )
    #expect(actions.requests.map { $0.node != nil } == [true, false, false, false])
    // What was received needs no timer.
    #expect(driver.session.nextDeadline == nil)
    #expect(driver.wait(seconds: 60).isEmpty)
    #expect(driver.listener().updates.isEmpty)
  }
}
