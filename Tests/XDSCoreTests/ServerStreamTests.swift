import MeshModel
import Testing

@testable import XDSCore

@Suite("server stream")
struct ServerStreamTests {
  private let v1 = greeterCluster("v1")
  private let v2 = greeterCluster("v2")

  // MARK: First requests

  @Test("the first request tells who the client is, and is answered")
  func connect() {
    var driver = StreamDriver(splitMesh(90, 10))
    let actions = driver.send(.listener, [greeterTarget])
    #expect(
      actions.events == [
        .connected(Node(id: "client"), .grpc, .stateOfTheWorld, peer: "127.0.0.1:9"),
        .subscribed(.listener, names: 1),
        .sent(.listener, revision: 1),
      ]
    )
    #expect(actions.names(.listener) == [greeterTarget])
    #expect(driver.stream.node?.id == "client")
    #expect(driver.stream.profile == .grpc)
  }

  @Test("a first request without a node ID ends the stream", arguments: [nil, Node(id: "")])
  func noNode(_ node: Node?) {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.node = node
    let actions = driver.send(.listener, [greeterTarget])
    guard case .close? = actions.first, actions.count == 1 else {
      Issue.record("got \(actions)")
      return
    }
    #expect(driver.send(.listener, [greeterTarget]).isEmpty)
    #expect(driver.publish(splitMesh(1, 1)).isEmpty)
  }

  @Test("later requests need no node")
  func laterNode() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.listener, [greeterTarget])
    driver.node = nil
    #expect(driver.send(.routeConfiguration, [greeterRoutes]).sent == ["RDS"])
  }

  @Test("the first request of a type is answered even if it claims the newest version")
  func firstIsAnswered() {
    var driver = StreamDriver(splitMesh(90, 10))
    for type in ResourceType.allCases {
      #expect(driver.send(type, [v1], version: "b-1").sent == [type.shortName])
    }
  }

  @Test("a first request with a nonce of an earlier stream is answered")
  func nonceOfEarlierStream() {
    var driver = StreamDriver(splitMesh(90, 10))
    #expect(driver.send(.cluster, [v1], nonce: "b-1-0", error: "old").sent == ["CDS"])
  }

  @Test("a type that Weir doesn't have is met with silence")
  func unknownType() {
    var driver = StreamDriver(splitMesh(90, 10))
    let request = DiscoveryRequest(
      typeURL: "type.googleapis.com/some.Secret",
      node: Node(id: "x")
    )
    let actions = driver.stream.receive(
      .stateOfTheWorld(request),
      snapshot: driver.set,
      time: .zero
    )
    #expect(actions.sent.isEmpty)
    #expect(actions.events.count == 1)
  }

  @Test("names that the mesh doesn't have are answered so that calls fail at once")
  func unknownNames() {
    var driver = StreamDriver(splitMesh(90, 10))
    #expect(driver.send(.listener, ["x:1"]).names(.listener) == ["x:1"])
    _ = driver.ack(.listener, ["x:1"])
    #expect(
      driver.send(.routeConfiguration, ["outbound|1||x"]).names(.routeConfiguration)
        == ["outbound|1||x"]
    )
    _ = driver.ack(.routeConfiguration, ["outbound|1||x"])
    #expect(driver.send(.cluster, ["c"]).names(.cluster) == ["c"])
    #expect(driver.send(.endpoints, ["c"]).names(.endpoints) == ["c"])
  }

  // MARK: ACK, NACK, nonces

  @Test("an ACK is told with the revision and answered with nothing")
  func ack() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.cluster, [v1])
    let actions = driver.ack(.cluster, [v1])
    #expect(actions == [.event(.acked(.cluster, revision: 1))])
    let status = driver.stream.status(of: .cluster)
    #expect(status.ackedVersion == ConfigVersion(boot: "b", revision: 1))
    #expect(status.nackReason == nil)
    #expect(!status.isPending)
  }

  @Test("after a NACK the last accepted version stays, and nothing goes out until content changes")
  func nack() {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.settle()
    #expect(driver.publish(splitMesh(50, 50)).sent == ["RDS"])
    let refused = driver.nack(.routeConfiguration, [greeterRoutes], "bad")
    #expect(refused == [.event(.nacked(.routeConfiguration, revision: 2, reason: "bad"))])
    let status = driver.stream.status(of: .routeConfiguration)
    #expect(status.sentVersion?.revision == 2)
    #expect(status.ackedVersion?.revision == 1)
    #expect(status.nackReason == "bad")

    let unchanged = driver.publish(splitMesh(50, 50))
    #expect(unchanged.sent.isEmpty)
    #expect(
      unchanged.events.contains(.nacked(.routeConfiguration, revision: 3, reason: "bad"))
    )
    #expect(driver.publish(splitMesh(90, 10)).sent == ["RDS"])
    #expect(
      driver.ack(.routeConfiguration, [greeterRoutes])
        == [.event(.acked(.routeConfiguration, revision: 4))]
    )
  }

  @Test("a stale nonce changes nothing, whatever else the request says")
  func stale() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.cluster, [v1])
    let old = driver.stream.status(of: .cluster)
    for error in [nil, "bad"] {
      let actions = driver.send(.cluster, [v1, v2], nonce: "b-0-1", error: error)
      #expect(actions == [.ignoreStale(.cluster, nonce: "b-0-1")])
    }
    #expect(driver.stream.status(of: .cluster) == old)
  }

  @Test("a second answer to the same nonce is no second ACK")
  func secondAnswer() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.cluster, [v1])
    _ = driver.ack(.cluster, [v1])
    #expect(driver.ack(.cluster, [v1]).isEmpty)
    #expect(driver.nack(.cluster, [v1], "late").isEmpty)
  }

  @Test("equal content and names give equal nonces on all streams, others give others")
  func nonces() throws {
    func response(_ names: [String], _ mesh: Mesh) -> ServerResponse? {
      var driver = StreamDriver(mesh)
      driver.set = driver.set.next(mesh)
      return driver.send(.endpoints, names).responses.first
    }
    let mesh = splitMesh(90, 10)
    let first = try #require(response([v1, v2], mesh))
    let second = try #require(response([v2, v1, v1, ""], mesh))
    #expect(first.nonce == second.nonce)
    #expect(first == second)
    #expect(first.cacheKey.hashValue == second.cacheKey.hashValue)
    #expect(response([v1], mesh)?.nonce != first.nonce)

    var driver = StreamDriver(mesh)
    driver.settle([v1, v2])
    let moved = greeterMesh(mesh.rules.virtualServices, workloads: [workload("v2")])
    let pushed = try #require(driver.publish(moved).responses.first)
    #expect(pushed.type == .endpoints)
    #expect(pushed.nonce != first.nonce)
  }

  // MARK: Subscriptions

  @Test("an empty nonce in mid-stream replaces the names, and added ones are answered at once")
  func growingNames() {
    var driver = StreamDriver(splitMesh(90, 10))
    #expect(driver.send(.cluster, [v1]).names(.cluster) == [v1])
    #expect(driver.send(.cluster, [v1, v2]).names(.cluster) == [v1, v2])
    #expect(driver.send(.cluster, [v1, v2]).isEmpty)
    #expect(driver.send(.cluster, [v2]).sent.isEmpty)
    #expect(driver.ack(.cluster, [v2]) == [.event(.acked(.cluster, revision: 1))])
  }

  @Test("other names with the newest nonce change the subscription; only added ones are answered")
  func changedNames() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.cluster, [v1, v2])
    // An ACK that also drops a name.
    #expect(
      driver.ack(.cluster, [v1])
        == [.event(.acked(.cluster, revision: 1)), .event(.subscribed(.cluster, names: 1))]
    )
    // One asked for again must come again, though it didn't change.
    #expect(driver.ack(.cluster, [v1, v2]).names(.cluster) == [v1, v2])
    #expect(driver.ack(.cluster, [v1, v2]) == [.event(.acked(.cluster, revision: 1))])
  }

  @Test("no name twice, no empty name, no order of names matters")
  func normalizedNames() {
    var driver = StreamDriver(splitMesh(90, 10))
    #expect(driver.send(.endpoints, [v2, "", v1, v2]).names(.endpoints) == [v1, v2])
    #expect(driver.ack(.endpoints, [v1, v2]).sent.isEmpty)
    #expect(driver.stream.status(of: .endpoints).names == [v1, v2])
  }

  @Test("no names at first means all, for LDS and CDS", arguments: [[], ["*"], ["*", ""]])
  func wildcard(_ names: [String]) {
    var driver = StreamDriver(splitMesh(90, 10))
    #expect(driver.send(.cluster, names).names(.cluster)?.count == 3)
    #expect(driver.ack(.cluster, names) == [.event(.acked(.cluster, revision: 1))])
    #expect(driver.send(.listener, names).names(.listener) == [greeterTarget])
    #expect(driver.stream.status(of: .cluster).isWildcard)
    #expect(driver.send(.endpoints, names).sent.isEmpty)
    #expect(driver.send(.routeConfiguration, names).sent.isEmpty)
  }

  @Test("no names after explicit ones means nothing", arguments: [["c"], ["*"]])
  func unsubscribed(_ names: [String]) {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.cluster, names)
    let actions = driver.ack(.cluster, [])
    #expect(actions.sent.isEmpty)
    #expect(actions.events.last == .subscribed(.cluster, names: 0))
    #expect(!driver.stream.status(of: .cluster).isSubscribed)
    #expect(driver.publish(greeterMesh(subsets: [])).isEmpty)
    #expect(driver.ack(.cluster, [v1]).names(.cluster) == [v1])
  }

  @Test("a wildcard and names beside it give each resource once")
  func wildcardAndNames() {
    var driver = StreamDriver(splitMesh(90, 10))
    let names = driver.send(.listener, ["*", "dubbo-go-server:20000", greeterTarget])
      .names(.listener)
    #expect(names == [greeterTarget, "dubbo-go-server:20000"])
  }

  @Test("EDS asked for again after a CDS push is answered though unchanged; otherwise not")
  func endpointsAfterClusters() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.endpoints, [v1])
    _ = driver.ack(.endpoints, [v1])
    #expect(driver.ack(.endpoints, [v1]).isEmpty)
    let rules = splitMesh(90, 10).rules.virtualServices
    let pushed = driver.publish(greeterMesh(rules, subsets: ["v1", "v2", "v3"]))
    #expect(pushed.sent == ["CDS"])
    #expect(driver.ack(.endpoints, [v1]).names(.endpoints) == [v1])
    #expect(driver.ack(.endpoints, [v1]) == [.event(.acked(.endpoints, revision: 2))])
    #expect(driver.ack(.endpoints, [v1]).isEmpty)
  }
}
