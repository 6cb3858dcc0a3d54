import Foundation
import Logging
import MeshModel
import Testing
import XDSCore

@testable import DebugServer

@Suite("The page /debug/adsz")
struct AdszTests {
  private typealias Entry = [String: Any]

  /// What a dubbo-go consumer makes of the page: the maps of all clients in one.
  private func interfaces(_ pages: DebugPages) throws -> [String: String] {
    let response = pages.response(to: DebugRequest(method: "GET", target: "/debug/adsz"))
    #expect(response.status == 200)
    let page = try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? Entry)
    let clients = try #require(page["clients"] as? [Entry])
    #expect(page["totalClients"] as? Int == clients.count)
    var result: [String: String] = [:]
    for client in clients {
      let labels = (client["metadata"] as? Entry)?["LABELS"] as? [String: String] ?? [:]
      guard let text = labels["DUBBO_GO"], !text.isEmpty else { continue }
      result.merge(try JSONDecoder().decode([String: String].self, from: Data(text.utf8))) { $1 }
    }
    return result
  }

  private func pages(_ fixture: Fixture, _ interfaces: String...) throws -> DebugPages {
    let configured = try interfaces.map { try DubboInterface(parsing: $0) }
    return DebugPages(
      sources: fixture.sources,
      interfaces: InterfaceBook(configured: configured)
    )
  }

  @Test("shows connected clients in istiod's shape")
  func shape() throws {
    let fixture = Fixture()
    let types: [ResourceType: ServerTypeStatus] = [
      .cluster: .make { $0.isWildcard = true },
      .endpoints: .make { $0.names = ["a", "b"] },
      .listener: ServerTypeStatus(),
    ]
    let client = Fixture.client("sidecar~1", stream: 7, labels: ["DUBBO_GO": ""], types: types)
    fixture.change { $0.clients = [client] }
    let response = try pages(fixture).response(
      to: DebugRequest(method: "GET", target: "/debug/adsz")
    )
    let page = try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? Entry)
    let entry = try #require((page["clients"] as? [Entry])?.first)
    #expect(entry["connectionId"] as? String == "sidecar~1-7")
    #expect(entry["connectedAt"] as? String == "2022-04-07T05:00:00.384Z")
    #expect(entry["address"] as? String == "127.0.0.1:51234")
    #expect(entry["locality"] is Entry)
    #expect(entry["labels"] as? [String: String] == ["DUBBO_GO": ""])
    let metadata = try #require(entry["metadata"] as? Entry)
    #expect(metadata["CLUSTER_ID"] as? String == "Kubernetes")
    #expect(metadata["LABELS"] as? [String: String] == ["DUBBO_GO": ""])
    #expect(
      entry["watches"] as? [String: [String]] == [
        ResourceType.cluster.typeURL: ["*"], ResourceType.endpoints.typeURL: ["a", "b"],
      ]
    )
  }

  @Test("lets a consumer find the walkthrough's interface before its provider is there")
  func defaultInterface() throws {
    #expect(try interfaces(pages(Fixture())) == [Fixture.key: "\(Fixture.host):20000"])
  }

  @Test("takes the first service for the default interface where no rules are")
  func defaultWithoutRules() throws {
    let fixture = Fixture()
    fixture.change { $0.mesh.rules = MeshRules() }
    let found = try interfaces(pages(fixture))
    #expect(found == [Fixture.key: "dubbo-go-client.default.svc.cluster.local:20000"])
    fixture.change { $0.mesh = Mesh() }
    #expect(try interfaces(pages(fixture)).isEmpty)
  }

  @Test("lists what the operator configured, hosts in full")
  func configured() throws {
    let found = try interfaces(
      pages(
        Fixture(),
        "api.Greeter=dubbo-go-server:20000",
        "x.Y:1.0.0:blue=dubbo-go-server.default:20001",
        "z.Z=elsewhere:3",
        "q.Q=db.example.com:4"
      )
    )
    #expect(
      found == [
        Fixture.key: "\(Fixture.host):20000",
        "providers:x.Y:1.0.0:blue": "\(Fixture.host):20001",
        "providers:z.Z::": "elsewhere.default.svc.cluster.local:3",
        "providers:q.Q::": "db.example.com:4",
      ]
    )
  }

  @Test("passes on what connected providers say, which goes before the default")
  func connectedProvider() throws {
    let fixture = Fixture()
    let labels = Fixture.provider("p", at: "other:1").labels
    fixture.change { $0.clients = [Fixture.client("p", labels: labels)] }
    #expect(try interfaces(pages(fixture)) == [Fixture.key: "other:1"])
  }

  @Test("prefers the operator's word to a provider's")
  func operatorFirst() throws {
    let fixture = Fixture()
    let labels = Fixture.provider("p", at: "other:1").labels
    fixture.change { $0.clients = [Fixture.client("p", labels: labels)] }
    let found = try interfaces(pages(fixture, "api.Greeter=dubbo-go-server:20000"))
    #expect(found == [Fixture.key: "\(Fixture.host):20000"])
  }

  @Test("remembers a provider that left")
  func remembered() throws {
    let fixture = Fixture()
    let pages = try pages(fixture)
    pages.learn(from: Fixture.provider("p", "providers:x.Y::", at: "far:1"))
    pages.learn(from: Fixture.provider("p", "providers:x.Y::", at: "near:2"))
    #expect(
      try interfaces(pages) == [
        "providers:x.Y::": "near:2", Fixture.key: "\(Fixture.host):20000",
      ]
    )
    let labels = Fixture.provider("p", "providers:x.Y::", at: "now:3").labels
    fixture.change { $0.clients = [Fixture.client("p", labels: labels)] }
    #expect(try interfaces(pages)["providers:x.Y::"] == "now:3")
    fixture.change { $0.clients = [] }
    #expect(try interfaces(pages)["providers:x.Y::"] == "now:3")
  }

  @Test(
    "is not spoilt by labels that hold something else",
    arguments: ["", "{", "[]", "{\"a\":1}", "\"x\"", "null", "{\"other\":\"x\"}", "\u{FFFD}"]
  )
  func oddLabels(text: String) throws {
    var book = InterfaceBook(configured: [])
    book.learn(from: Fixture.node("n", labels: ["DUBBO_GO": text]))
    let found = book.missing(besides: [], in: Fixture.mesh)
    #expect(found == [Fixture.key: "\(Fixture.host):20000"])
  }

  @Test("remembers only so many interfaces, and no endless text")
  func bounded() {
    var book = InterfaceBook(configured: [])
    for number in 0..<(InterfaceBook.maxLearned + 100) {
      book.learn(from: Fixture.provider("p", "providers:i\(number)::", at: "h:1"))
    }
    #expect(book.missing(besides: [], in: Mesh()).count == InterfaceBook.maxLearned)
    let long = String(repeating: "x", count: InterfaceBook.maxTextBytes)
    var other = InterfaceBook(configured: [])
    other.learn(from: Fixture.provider("p", "providers:\(long)::", at: "h:1"))
    #expect(other.missing(besides: [], in: Mesh()).isEmpty)
  }

  @Test(
    "tells which configured interfaces the mesh lacks",
    arguments: [
      ("dubbo-go-server:20000", nil), ("Dubbo-Go-Server.default.svc.cluster.local:20000", nil),
      ("nobody:20000", "the mesh has no service nobody"), ("dubbo-go-server:1", "has no port 1"),
    ] as [(String, String?)]
  )
  func lacking(target: String, words: String?) throws {
    let interface = try DubboInterface(parsing: "api.X=\(target)")
    let defect = interface.defect(in: Fixture.mesh.inventory)
    if let words {
      #expect(defect?.contains(words) == true)
      #expect(defect?.contains("--dubbo-interface api.X=\(target)") == true)
    } else {
      #expect(defect == nil)
    }
  }

  @Test(
    "needs interfaces that are written as NAME=HOST:PORT",
    arguments: [
      "", "a", "a=", "a=b", "a=b:0", "a=b:x", "a=b:70000", "=b:1", "a:b:c:d=h:1", "a=b:1:2",
    ]
  )
  func malformed(text: String) {
    let error = #expect(throws: DebugServerError.self) { try DubboInterface(parsing: text) }
    #expect(error?.code == .interfaceMalformed)
  }
}
