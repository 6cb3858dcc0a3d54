import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import XDSCore

@Suite("Endpoints that share an address, or have several")
struct SharedAddressTests {
  private static let shop = HostName("shop.default.svc.cluster.local")

  private static func workload(
    _ id: String,
    _ host: HostName,
    ports: [UInt16: UInt16] = [:]
  )
    -> Workload
  {
    Workload(
      id: id,
      host: host,
      address: "127.0.0.1",
      port: 21_001,
      workloadVersion: "",
      labels: ["app": id],
      ports: ports
    )
  }

  /// One process that serves two services, and the first of them at two ports.
  private func mesh() throws -> Fixture {
    let cart = HostName("cart.default.svc.cluster.local")
    let inventory = MeshInventory(
      services: [
        MeshService(
          host: Self.shop,
          ports: [.init(name: "grpc", number: 8_080), .init(name: "admin", number: 8_081)]
        ),
        MeshService(host: cart, ports: [.init(name: "grpc", number: 8_080)]),
      ],
      workloads: [
        Self.workload("shop-1", Self.shop, ports: [8_081: 21_002]),
        // The newest at the address.
        Self.workload("cart-1", cart),
      ]
    )
    let rules = MeshRules(
      virtualServices: [
        VirtualService(
          name: ResourceName(name: "shop"),
          hosts: [Self.shop.description],
          http: [
            HTTPRoute(destinations: [
              RouteDestination(host: Self.shop.description, subset: "all", weight: .hundred)
            ])
          ]
        )
      ],
      destinationRules: [
        DestinationRule(
          name: ResourceName(name: "shop"),
          host: Self.shop.description,
          subsets: [Subset(name: "all", labels: ["app": "shop-1"])]
        )
      ]
    )
    var mesh = try Fixture(rules, inventory: inventory)
    mesh.join("client-1")
    return mesh
  }

  private func call(
    _ mesh: inout Fixture,
    port: UInt16,
    endpoint: String,
    times: Int,
    statusCode: Int = 0
  ) throws {
    let name = ServicePort(host: Self.shop, port: port).clusterName()
    let snapshot = try #require(mesh.sets[mesh.push])[.grpc]
    let resource = try #require(snapshot.resource(.routeConfiguration, named: name))
    guard case .routeConfiguration(let routes) = resource else { throw Unexpected() }
    let record = CallRecord(
      time: mesh.now.wall,
      nodeID: Fixture.nodeID("client-1"),
      authority: "\(Self.shop):\(port)",
      path: "/a/b",
      routeName: routes.virtualHosts[0].routes[0].name,
      configVersion: snapshot.version(of: .routeConfiguration).description,
      cluster: ServicePort(host: Self.shop, port: port).clusterName(subset: "all"),
      endpoint: endpoint,
      statusCode: statusCode
    )
    for _ in 0..<times { mesh.report(record) }
  }

  @Test("of two services: the one of the call's own service answered it")
  func shared() throws {
    var mesh = try mesh()
    try call(&mesh, port: 8_080, endpoint: "127.0.0.1:21001", times: 300)
    let picture = mesh.picture()
    #expect(picture.endpoints.map(\.id) == ["cart-1", "shop-1"])
    #expect(picture.endpoints.map(\.calls) == [0, 300])
    let service = try #require(picture.services.first { $0.host == Self.shop && $0.port == 8_080 })
    #expect(service.rules[0].ratio.rows.map(\.label) == ["all"])
    #expect(service.rules[0].ratio.rows.map(\.count) == [300])
    #expect(service.rules[0].ratio.verdict != .drift)
  }

  @Test("by port: each has an address and counts of its own")
  func ports() throws {
    var mesh = try mesh()
    try call(&mesh, port: 8_080, endpoint: "127.0.0.1:21001", times: 50)
    try call(&mesh, port: 8_081, endpoint: "127.0.0.1:21002", times: 20)
    try call(&mesh, port: 8_081, endpoint: "127.0.0.1:21002", times: 5, statusCode: 14)
    let picture = mesh.picture()
    let whole = try #require(picture.endpoints.last)
    #expect(whole.calls == 75 && whole.failed == 5 && whole.address == "127.0.0.1:21001")
    let main = whole.seen(from: 8_080)
    #expect(main.calls == 50 && main.failed == 0 && main.address == "127.0.0.1:21001")
    let admin = whole.seen(from: 8_081)
    #expect(admin.calls == 25 && admin.failed == 5 && admin.address == "127.0.0.1:21002")
    #expect(admin.callsPerSecond < main.callsPerSecond && admin.recentFailureShare == 0.2)
    #expect(picture.endpoints[0].byPort.isEmpty)
    let service = try #require(picture.services.first { $0.host == Self.shop && $0.port == 8_081 })
    #expect(service.rules[0].ratio.rows.map(\.label) == ["all"])
  }
}
