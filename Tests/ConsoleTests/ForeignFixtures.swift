import MeshModel
import MeshPicture

@testable import Console

/// Pictures of a mesh that Weir doesn't run: several services, and clients of every kind.
extension Fixtures {
  static let foreign: MeshPicture = {
    var picture = Fixtures.picture
    picture.mesh = "external"
    picture.xdsAddress = "127.0.0.1:15010"
    let note = "not on this client: a header whose value is empty"
    picture.services[0].rules[1].notes = [
      RulePicture.Note(profile: "dubbo", clients: 1, message: note)
    ]
    picture.services[0].rules[1].ratio.bySubset = 410
    picture.services[0].unattributed = [
      SubsetCalls(subset: "v1", calls: 120), SubsetCalls(subset: "v2", calls: 31),
    ]
    picture.services[0].betweenRevisions = 40
    for index in picture.clients.indices { picture.clients[index].process = nil }
    picture.clients[0].profile = "envoy"
    picture.clients[0].variant = "delta"
    picture.clients[1].profile = "dubbo"
    picture.clients[1].source = "log"
    picture.clients[1].notes = ["rule 2: \(note)"]
    picture.clients[2].strayCalls = 24
    picture.clients[3].source = "none"
    picture.endpoints = foreignEndpoints
    picture.services += [
      ServicePicture(
        host: HostName("billing.shop.svc.cluster.local"),
        port: 8_080,
        callsPerSecond: 12.5,
        errorShare: 0.021
      ),
      ServicePicture(host: HostName("orders.shop.svc.cluster.local"), port: 50_051),
    ]
    return picture
  }()

  private static let foreignEndpoints = [
    EndpointPicture(
      id: "greeter-v1",
      host: host,
      address: "10.1.0.7:20000",
      workloadVersion: "v1.0.0",
      subsets: ["v1"],
      calls: 4_401,
      callsPerSecond: 89,
      locality: Locality(region: "eu", zone: "eu-1"),
      ports: [20_001: 21_001]
    ),
    EndpointPicture(
      id: "greeter-v2",
      host: host,
      address: "10.1.0.8:20000",
      workloadVersion: "v2.0.0",
      subsets: ["v2"],
      health: .draining,
      calls: 1_022,
      callsPerSecond: 24.4
    ),
    EndpointPicture(
      id: "billing-1",
      host: HostName("billing.shop.svc.cluster.local"),
      address: "10.1.0.9:8080",
      workloadVersion: "v7"
    ),
  ]

  /// A mesh of which nothing is known yet.
  static let empty = MeshPicture(
    mesh: "external",
    time: time,
    revision: RevisionPicture(number: 1, time: seconds(-1), title: "mesh.yaml"),
    clocks: ClocksPicture(revision: 1),
    xdsAddress: "127.0.0.1:15010"
  )

  static let hiddenEffect: MeshPicture = {
    var picture = foreign
    picture.clocks.isEffectHidden = true
    picture.clocks.keyToFirstEffect = nil
    return picture
  }()

  /// Thirty services.
  static let manyServices: MeshPicture = {
    var picture = foreign
    picture.services += (1...27).map { number in
      ServicePicture(host: HostName("service-\(number).shop.svc.cluster.local"), port: 80)
    }
    return picture
  }()
}
