import DebugServer
import Foundation
import Logging
import MeshModel
import TestSupport
import Testing
import XDSCore

@Suite("The debug server", .serialized)
struct ServerTests {
  @Test("answers what a dubbo-go consumer asks, and looks at no token")
  func consumer() async throws {
    try await Fixture().run { _, port in
      let client = try RawClient(port: port)
      try client.write(
        """
        GET /debug/adsz HTTP/1.1\r
        Host: 127.0.0.1:\(port)\r
        User-Agent: Go-http-client/1.1\r
        Authorization: Bearer anything\r
        Accept-Encoding: gzip\r
        \r

        """
      )
      let response = try client.readResponse()
      #expect(response.status == 200)
      #expect(response.headers["content-type"] == "application/json")
      #expect(try response.json()["totalClients"] as? Int == 1)
    }
  }

  @Test("remembers a provider by its event")
  func events() async throws {
    try await Fixture().run { server, port in
      let node = Fixture.provider("p", "providers:x.Y::", at: "far:1")
      server.record(
        ClientEvent(
          time: .zero,
          stream: StreamID(1),
          nodeID: "p",
          kind: .connected(node, .dubbo, .stateOfTheWorld, peer: "")
        )
      )
      let page = try RawClient(port: port).get("/debug/adsz").text
      #expect(page.contains("providers:x.Y::"))
    }
  }

  @Test("keeps a connection for many requests, one after another or all at once")
  func keepAlive() async throws {
    try await Fixture().run { _, port in
      let client = try RawClient(port: port)
      for _ in 0..<20 { #expect(try client.get("/healthz").text == "ok\n") }
      let requests = ["/", "/nothing", "/healthz", "/debug/adsz", "/ready"]
      let texts = requests.map { "GET \($0) HTTP/1.1\r\nhost: x\r\n\r\n" }
      for _ in 0..<40 { try client.write(texts.joined()) }
      for number in 0..<200 {
        let response = try client.readResponse()
        #expect(response.status == (number % 5 == 1 ? 404 : 200))
        #expect(response.headers["connection"] == "keep-alive")
      }
    }
  }

  @Test("takes a request that comes byte by byte")
  func partialRequests() async throws {
    try await Fixture().run { _, port in
      let client = try RawClient(port: port)
      for character in "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n" {
        try client.write(String(character))
      }
      #expect(try client.readResponse().text == "ok\n")
    }
  }

  @Test("answers HEAD with the head alone")
  func head() async throws {
    try await Fixture().run { _, port in
      let client = try RawClient(port: port)
      let response = try client.get("/healthz", method: "HEAD")
      #expect(response.status == 200)
      #expect(response.headers["content-length"] == "3")
      #expect(try client.get("/healthz").text == "ok\n")
      #expect(try client.get("/x", method: "HEAD").status == 404)
      #expect(try client.get("/healthz", method: "DELETE").status == 405)
    }
  }

  @Test("ends the connection where the client asks for it")
  func closing() async throws {
    try await Fixture().run { _, port in
      for request in [
        "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
      ] {
        let client = try RawClient(port: port)
        try client.write(request)
        let response = try client.readResponse()
        #expect(response.text == "ok\n")
        #expect(response.headers["connection"] == "close")
        #expect(client.isEnded())
      }
    }
  }

  @Test("answers a client that ends its own direction after the request")
  func halfClose() async throws {
    try await Fixture().run { _, port in
      let client = try RawClient(port: port)
      try client.write("GET /debug/configz HTTP/1.1\r\nhost: x\r\n\r\n")
      client.finishWriting()
      #expect(try client.readResponse().status == 200)
      #expect(client.isEnded())
    }
  }

  /// A request that is refused, and what for.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let request: String
    let status: Int
  }

  static let refusals = [
    Refusal(testDescription: "nonsense", request: "nonsense\r\n\r\n", status: 400),
    Refusal(testDescription: "binary", request: "\u{0}\u{1}\u{2}\r\n\r\n", status: 400),
    Refusal(testDescription: "version", request: "GET / HTTP/9.9\r\n\r\n", status: 400),
    Refusal(testDescription: "field", request: "GET / HTTP/1.1\r\nhost x\r\n\r\n", status: 400),
    Refusal(
      testDescription: "length",
      request: "GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
      status: 400
    ),
    Refusal(
      testDescription: "long field",
      request: "GET / HTTP/1.1\r\nx: \(String(repeating: "y", count: 20_000))\r\n\r\n",
      status: 431
    ),
    Refusal(
      testDescription: "long target",
      request: "GET /\(String(repeating: "y", count: 20_000)) HTTP/1.1\r\n\r\n",
      status: 431
    ),
    Refusal(
      testDescription: "many fields",
      request: (0..<200).reduce("GET / HTTP/1.1\r\n") { $0 + "h\($1): x\r\n" } + "\r\n",
      status: 431
    ),
    Refusal(
      testDescription: "long body",
      request: "POST / HTTP/1.1\r\ncontent-length: 100000000\r\n\r\n"
        + String(repeating: "z", count: 200_000),
      status: 413
    ),
  ]

  @Test("refuses what is no request", arguments: refusals)
  func refuses(refusal: Refusal) async throws {
    try await Fixture().run { _, port in
      let client = try RawClient(port: port)
      // The server may end the connection before it has read all, and its answer may be lost then.
      try? client.write(refusal.request)
      let response = try? client.readResponse()
      #expect(response == nil || response?.status == refusal.status)
      #expect(refusal.request.utf8.count > 10_000 || response != nil)
      #expect(client.isEnded())
      #expect(try RawClient(port: port).get("/healthz").status == 200)
    }
  }

  @Test("ends a connection whose request does not come to its end, drip by drip or not at all")
  func slowloris() async throws {
    var limits = DebugServer.Limits()
    limits.requestTimeout = .milliseconds(300)
    try await Fixture().run(limits: limits) { _, port in
      let (silent, dripping) = (try RawClient(port: port), try RawClient(port: port))
      let start = ContinuousClock.now
      try dripping.write("GET / HTTP/1.1\r\n")
      try await dripping.drip("x: y\r\n")
      #expect(ContinuousClock.now - start > .milliseconds(250))
      #expect(silent.isEnded())
    }
  }

  @Test("ends a connection that does not read, and holds one response for it")
  func notReading() async throws {
    var limits = DebugServer.Limits()
    limits.responseTimeout = .milliseconds(300)
    let fixture = Fixture()
    let label = String(repeating: "x", count: 60_000)
    fixture.change {
      $0.clients = (0..<200).map { Fixture.client("n\($0)", labels: ["l": label]) }
    }
    try await fixture.run(limits: limits) { _, port in
      let client = try RawClient(port: port)
      for _ in 0..<5 { try client.write("GET /debug/adsz HTTP/1.1\r\nhost: x\r\n\r\n") }
      // The first response is larger than what the sockets take, so it can't end.
      try await client.drip("GET / HTTP/1.1\r\nhost: x\r\n\r\n")
      #expect(throws: RawClient.Problem.self) {
        for _ in 0..<5 { _ = try client.readResponse() }
      }
      #expect(try RawClient(port: port).get("/healthz").status == 200)
    }
  }

  @Test("serves a hundred connections at once")
  func manyConnections() async throws {
    try await Fixture().run { _, port in
      let clients = try (0..<100).map { _ in try RawClient(port: port) }
      for client in clients { try client.write("GET /debug/adsz HTTP/1.1\r\nhost: x\r\n\r\n") }
      for client in clients { #expect(try client.readResponse().status == 200) }
    }
  }

  @Test("refuses connections beyond its limit, until others end")
  func tooManyConnections() async throws {
    var limits = DebugServer.Limits()
    limits.maxConnections = 3
    try await Fixture().run(limits: limits) { _, port in
      var clients = try (0..<3).map { _ in try RawClient(port: port) }
      for client in clients { #expect(try client.get("/healthz").status == 200) }
      let refused = try RawClient(port: port)
      #expect(try refused.readResponse().status == 503)
      #expect(refused.isEnded())
      clients = []
      let isServed = await eventually(within: .seconds(5), every: .milliseconds(10)) {
        (try? RawClient(port: port).get("/healthz").status) == 200
      }
      #expect(isServed)
    }
  }

  @Test("names the flag when its port is busy")
  func busyPort() async throws {
    try await Fixture().run { _, port in
      let other = DebugServer(
        address: try .init(port: port),
        sources: Fixture().sources,
        logger: .init(label: "test")
      )
      let error = await #expect(throws: DebugServerError.self) { try await other.run() }
      #expect(error?.code == .addressInUse)
      #expect(error?.message.contains("--debug-listen") == true)
      await #expect(throws: DebugServerError.self) { try await other.boundAddress }
    }
  }

  @Test("ends when it is told to, though connections are open")
  func ending() async throws {
    let server = try Fixture().server()
    let task = Task { try await server.run() }
    let client = try RawClient(port: await server.boundAddress.port)
    #expect(try client.get("/healthz").status == 200)
    task.cancel()
    try await task.value
    #expect(client.isEnded())
    await #expect(throws: DebugServerError.self) { try await server.run() }
  }

  @Test(
    "listens on this machine alone, unless it is allowed to do otherwise",
    arguments: [
      ("127.0.0.1", true), ("localhost", true), ("::1", true), ("127.0.0.2", true),
      ("0.0.0.0", false), ("10.0.0.1", false), ("::", false),
    ]
  )
  func addresses(host: String, isLocal: Bool) throws {
    #expect(((try? DebugServer.Address(host: host, port: 1)) != nil) == isLocal)
    #expect(try DebugServer.Address(host: host, port: 1, insecureListen: true).port == 1)
  }

  @Test(
    "has no address that isn't one",
    arguments: [("example.com", 1), ("", 1), ("127.0.0.1", 70_000)]
  )
  func badAddresses(host: String, port: Int) {
    #expect(throws: DebugServerError.self) {
      try DebugServer.Address(host: host, port: port, insecureListen: true)
    }
  }
}
