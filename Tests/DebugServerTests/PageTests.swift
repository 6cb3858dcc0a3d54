import Foundation
import Logging
import MeshModel
import Testing
import XDSCore

@testable import DebugServer

@Suite("The debug pages")
struct PageTests {
  private typealias Entry = [String: Any]
  private let fixture = Fixture()

  private func get(_ target: String, method: String = "GET") -> DebugResponse {
    DebugPages(sources: fixture.sources, interfaces: InterfaceBook(configured: []))
      .response(to: DebugRequest(method: method, target: target))
  }

  private func json(_ response: DebugResponse) throws -> Entry {
    #expect(response.contentType == "application/json")
    return try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? Entry)
  }

  @Test("begin with a list of them")
  func index() {
    let response = get("/")
    #expect(response.status == 200)
    #expect(response.contentType.hasPrefix("text/plain"))
    #expect(String(decoding: response.body, as: UTF8.self).contains("/debug/adsz: "))
  }

  @Test("say what there is when asked for another")
  func unknown() throws {
    let response = get("/nothing")
    #expect(response.status == 404)
    let page = try json(response)
    #expect(page["error"] as? String == "no page /nothing")
    #expect((page["pages"] as? [String])?.contains("/debug/syncz") == true)
  }

  @Test("can only be read", arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
  func methods(method: String) throws {
    let response = get("/debug/adsz", method: method)
    #expect(response.status == 405)
    #expect(response.fields["allow"] == "GET, HEAD")
    #expect(
      try json(response)["error"] as? String
        == "\(method) is not allowed on /debug/adsz; want GET or HEAD"
    )
  }

  @Test("tell whether there is something to serve")
  func ready() {
    #expect(get("/healthz").status == 200)
    #expect(get("/ready").status == 200)
    fixture.change { $0.isPublished = false }
    #expect(get("/ready").status == 503)
    #expect(get("/healthz").status == 200)
  }

  @Test("show what each client was sent and accepted")
  func syncz() throws {
    let (one, two) = (ConfigVersion(boot: "b", revision: 1), ConfigVersion(boot: "b", revision: 2))
    let client = Fixture.client(
      "a",
      types: [
        .cluster: .make {
          $0.sentVersion = two
          $0.ackedVersion = two
        },
        .endpoints: .make {
          $0.sentVersion = two
          $0.ackedVersion = one
          $0.isPending = true
        },
        .listener: .make {
          $0.sentVersion = two
          $0.ackedVersion = one
          $0.nackReason = "bad"
        },
      ]
    )
    fixture.change { $0.clients = [client] }
    let page = try JSONSerialization.jsonObject(with: Data(get("/debug/syncz").body))
    let entry = try #require((page as? [Entry])?.first)
    #expect(entry["proxy"] as? String == "a")
    #expect(entry["proxy_type"] as? String == "dubbo")
    #expect(entry["cluster_status"] as? String == "SYNCED")
    #expect(entry["cluster_sent"] as? String == "b-2")
    #expect(entry["endpoint_status"] as? String == "STALE")
    #expect(entry["endpoint_acked"] as? String == "b-1")
    #expect(entry["listener_status"] as? String == "ERROR")
    #expect(entry["listener_error"] as? String == "bad")
    #expect(entry["route_status"] as? String == "NOT_SENT")
    #expect(entry["route_sent"] as? String == "")
  }

  @Test("show rules, services and workloads")
  func configz() throws {
    let page = try json(get("/debug/configz"))
    #expect((page["services"] as? [Entry])?.count == 2)
    #expect((page["workloads"] as? [Entry])?.first?["id"] as? String == "server-v1-1")
    let service = try #require((page["virtualServices"] as? [Entry])?.first)
    let rule = try #require((service["http"] as? [Entry])?.first)
    #expect((rule["route"] as? [Entry])?.first?["weight"] as? Int == 90)
  }

  @Test("show what a client is served, with its answers")
  func configDump() throws {
    let cluster = "outbound|20000|v1|\(Fixture.host)"
    let client = Fixture.client(
      "sidecar~10.0.0.5~one.default~x",
      profile: .grpc,
      types: [
        .cluster: .make { $0.names = [cluster] },
        .endpoints: .make { $0.names = [cluster] },
        .listener: .make { $0.names = ["\(Fixture.host):20000"] },
        .routeConfiguration: .make { $0.names = ["outbound|20000||\(Fixture.host)"] },
      ],
      resources: [
        .init(type: .cluster, name: cluster, version: "b-1", state: .nacked(reason: "bad"))
      ]
    )
    fixture.change { $0.clients = [client, Fixture.client("other")] }
    let page = try json(get("/debug/config_dump?proxyID=one.default"))
    let configs = try #require(page["configs"] as? [Entry])
    #expect(
      configs.map { $0["@type"] as? String }
        == [
          "ClustersConfigDump", "EndpointsConfigDump", "ListenersConfigDump", "RoutesConfigDump",
        ].map { "type.googleapis.com/envoy.admin.v3.\($0)" }
    )
    let first = try #require((configs[0]["dynamicActiveClusters"] as? [Entry])?.first)
    #expect((first["cluster"] as? Entry)?["name"] as? String == cluster)
    #expect(first["versionInfo"] as? String == "b-1")
    #expect(first["clientStatus"] as? String == "NACKED")
    #expect((first["errorState"] as? Entry)?["details"] as? String == "bad")
    let endpoints = try #require((configs[1]["dynamicEndpointConfigs"] as? [Entry])?.first)
    #expect((endpoints["endpointConfig"] as? Entry)?["clusterName"] as? String == cluster)
    let listener = try #require((configs[2]["dynamicListeners"] as? [Entry])?.first)
    #expect(listener["name"] as? String == "\(Fixture.host):20000")
    #expect((listener["activeState"] as? Entry)?["listener"] is Entry)
    let route = try #require((configs[3]["dynamicRouteConfigs"] as? [Entry])?.first)
    #expect((route["routeConfig"] as? Entry)?["virtualHosts"] is [Entry])
  }

  @Test("show all of a type to a client that asked for all")
  func wildcardDump() throws {
    let client = Fixture.client("a", types: [.cluster: .make { $0.isWildcard = true }])
    fixture.change { $0.clients = [client] }
    let configs = try #require(try json(get("/debug/config_dump?proxyID=a"))["configs"] as? [Entry])
    let names = (configs[0]["dynamicActiveClusters"] as? [Entry])?.compactMap {
      ($0["cluster"] as? Entry)?["name"] as? String
    }
    #expect(names?.contains("outbound|20000|v1|\(Fixture.host)") == true)
    #expect(names?.contains("outbound|20000||dubbo-go-client.default.svc.cluster.local") == true)
  }

  @Test(
    "name the clients where none or several are meant",
    arguments: [
      ("/debug/config_dump", 400, ["ab", "ac", "a"]),
      ("/debug/config_dump?proxyID=", 400, ["ab", "ac", "a"]),
      ("/debug/config_dump?proxyID=x", 404, ["ab", "ac", "a"]),
      ("/debug/config_dump?proxyID=a", 200, []),
      ("/debug/config_dump?proxyID=b", 200, []),
    ] as [(String, Int, [String])]
  )
  func choices(target: String, status: Int, named: [String]) throws {
    fixture.change { $0.clients = ["ab", "ac", "a"].map { Fixture.client($0) } }
    let response = get(target)
    #expect(response.status == status)
    guard status != 200 else { return }
    #expect(try json(response)["clients"] as? [String] == named.sorted())
  }

  @Test("name those that match where several do")
  func several() throws {
    fixture.change { $0.clients = ["pod-1", "pod-2", "x"].map { Fixture.client($0) } }
    let response = get("/debug/config_dump?proxyID=pod")
    #expect(response.status == 400)
    #expect(try json(response)["clients"] as? [String] == ["pod-1", "pod-2"])
  }
}
