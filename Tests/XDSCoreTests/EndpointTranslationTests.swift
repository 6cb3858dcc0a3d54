import MeshModel
import Testing

@testable import XDSCore

@Suite("translation of workloads")
struct EndpointTranslationTests {
  @Test("groups endpoints by locality, each with the sum of its weights")
  func localities() {
    var near = workload("v1")
    near.locality = Locality(region: "r", zone: "a", subZone: "s")
    near.weight = 3
    var far = workload("v1", number: 2)
    far.locality = Locality(region: "r", zone: "b")
    let mesh = greeterMesh(workloads: [far, near, workload("v1", number: 3)])
    for profile in [NodeProfile.grpc, .envoy] {
      let localities = build(mesh, profile).assignment(greeterCluster())?.localities
      #expect(localities?.map(\.zone) == ["", "a", "b"])
      #expect(localities?.map(\.subZone) == ["", "s", ""])
      #expect(localities?.map(\.weight) == [1, 3, 1])
      #expect(localities?.map(\.priority) == [0, 0, 0])
    }
  }

  @Test("merges workloads at one address: the weights' sum, and healthy if either is")
  func duplicates() {
    var twin = workload("v1", health: .unhealthy)
    twin.id = "twin"
    twin.weight = 4
    let translation = EndpointTranslation([twin, workload("v1")], profile: .dubbo)
    let endpoints = translation.localities(port: 20000, subset: nil).flatMap(\.endpoints)
    #expect(endpoints == [Endpoint(address: "127.0.0.1", port: 20001, weight: 5)])
  }

  @Test("knows an IPv6 address in all of its spellings")
  func spellings() {
    var workloads = [workload("v1"), workload("v1")]
    workloads[0].address = "::1"
    workloads[1].address = "0:0:0:0:0:0:0:1"
    let translation = EndpointTranslation(workloads, profile: .grpc)
    let endpoints = translation.localities(port: 20000, subset: nil).flatMap(\.endpoints)
    #expect(endpoints == [Endpoint(address: "::1", port: 20001, weight: 2)])
  }

  @Test("an endpoint's port is the workload's for that port of the service, else its only one")
  func ports() {
    var both = workload("v1")
    both.ports = [20001: 31000]
    let mesh = greeterMesh(workloads: [both], services: [service(ports: [20000, 20001])])
    let snapshot = build(mesh)
    #expect(snapshot.endpointPorts("outbound|20000||\(greeterHost)") == [20001])
    #expect(snapshot.endpointPorts("outbound|20001||\(greeterHost)") == [31000])
  }

  @Test("leaves out a workload whose address is none, with a note")
  func hostName() {
    var named = workload("v1")
    named.address = "localhost"
    for profile in NodeProfile.allCases {
      let snapshot = build(greeterMesh(workloads: [named]), profile)
      #expect(snapshot.notes.count == 1)
      #expect(snapshot.notes.first?.message.contains("localhost") == true)
    }
  }

  @Test(
    "an IP address has one canonical spelling",
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
      ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0:0:0:0:0:0:0:0", "::"),
      ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::ffff:1.2.3.4", "::ffff:102:304"),
      ("fe80::0001", "fe80::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ]
  )
  func canonicalAddress(_ text: String, _ canonical: String) {
    #expect(IPAddressText.canonical(text) == canonical)
    #expect(IPAddressText.canonical(canonical) == canonical)
  }

  @Test(
    "other text is no IP address",
    arguments: [
      "", "localhost", "127.0.0", "127.0.0.256", "127.0.0.+1", "127.0.0.01", "1.2.3.4.5", ":",
      ":::",
      "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::",
      "fe80::1%lo", "[::1]", "1.2.3.4::", "127.0.0.1:80", ":1", "1:", "::1.2.3",
    ]
  )
  func noAddress(_ text: String) {
    #expect(IPAddressText.canonical(text) == nil)
  }

  @Test("a cluster's name is taken apart")
  func clusterName() {
    let port = ServicePort(host: greeterHost, port: 20000)
    #expect(ClusterName(greeterCluster("v1")) == ClusterName(port: port, subset: "v1"))
    #expect(ClusterName(greeterCluster()) == ClusterName(port: port))
    for text in ["", "xds-grpc", "outbound|x||h", "outbound|1||", "inbound|1||h", "outbound|1|h"] {
      #expect(ClusterName(text) == nil, "\(text)")
    }
  }
}
