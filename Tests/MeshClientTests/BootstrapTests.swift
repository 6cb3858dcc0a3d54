import Foundation
import MeshClient
import Testing
import XDSCore

@Suite("Bootstrap")
struct BootstrapTests {
  /// As grpc's own documentation and Istio's agent write it, with fields that Weir doesn't know.
  private static let complete = """
    {"xds_servers":[
      {"server_uri":"127.0.0.1:15010","channel_creds":[{"type":"tls"},{"type":"insecure"}],
       "server_features":["xds_v3","ignore_resource_deletion",7],"unknown":{"a":[1,null]}}],
     "node":{"id":"sidecar~10.0.0.9~client-1.default~default.svc.cluster.local","cluster":"c",
       "metadata":{"GENERATOR":"grpc","NAMESPACE":"default","COUNT":3,"LABELS":{"app":"x","n":1}},
       "locality":{"region":"r","zone":"z1","sub_zone":"s"},"build":{}},
     "certificate_providers":{"default":{"plugin_name":"file_watcher"}},
     "server_listener_resource_name_template":"xds.istio.io/grpc/lds/inbound/%s"}
    """

  @Test("reads what gRPC's format holds and ignores what it doesn't know")
  func wellFormed() throws {
    let bootstrap = try parse(BootstrapTests.complete)
    #expect(bootstrap.servers.map(\.address.description) == ["127.0.0.1:15010"])
    #expect(bootstrap.servers.first?.ignoresResourceDeletion == true)
    #expect(bootstrap.node.id == "sidecar~10.0.0.9~client-1.default~default.svc.cluster.local")
    #expect(bootstrap.node.cluster == "c")
    #expect(bootstrap.node.metadata == ["GENERATOR": "grpc", "NAMESPACE": "default"])
    #expect(bootstrap.node.labels == ["app": "x"])
    #expect(bootstrap.node.userAgentName.hasPrefix("gRPC Swift"))
    let locality = try #require(bootstrap.locality)
    #expect([locality.region, locality.zone, locality.subZone] == ["r", "z1", "s"])
  }

  @Test(
    "says of a bad one what is wrong, where, and what would be right",
    arguments: [
      ("", .notJSON, "is not JSON"),
      ("{\"xds_servers\":[", .notJSON, "is not JSON"),
      ("[]", .wrongType, "boot.json: is a list; want an object"),
      ("{}", .missingField, "boot.json: xds_servers is missing; want a list of servers"),
      ("{\"xds_servers\":null}", .missingField, "xds_servers is missing"),
      ("{\"xds_servers\":{}}", .wrongType, "xds_servers is an object; want a list"),
      ("{\"xds_servers\":[]}", .emptyList, "xds_servers is empty; want one server at least"),
      ("{\"xds_servers\":[1]}", .wrongType, "xds_servers[0] is a number; want an object"),
      (server("{}"), .missingField, "xds_servers[0].server_uri is missing; want host:port"),
      (server("{\"server_uri\":1}"), .wrongType, "xds_servers[0].server_uri is a number"),
      (server("{\"server_uri\":\"x\"}"), .badServerURI, "xds_servers[0].server_uri is \"x\""),
      (server("{\"server_uri\":\"x:0\"}"), .badServerURI, "want host:port"),
      (
        server("{\"server_uri\":\"x:1\"}"), .missingField, "xds_servers[0].channel_creds is missing"
      ),
      (
        server("{\"server_uri\":\"x:1\",\"channel_creds\":[{\"type\":\"tls\"}]}"),
        .unsupportedCredentials, "xds_servers[0].channel_creds offers tls; want insecure"
      ),
      (
        server("{\"server_uri\":\"x:1\",\"channel_creds\":[{}]}"),
        .missingField, "xds_servers[0].channel_creds[0].type is missing"
      ),
      (
        "{\"xds_servers\":[\(goodServer)],\"node\":{\"id\":true}}",
        .wrongType, "node.id is a boolean; want a string"
      ),
      (
        "{\"xds_servers\":[\(goodServer)],\"node\":{\"metadata\":\"x\"}}",
        .wrongType, "node.metadata is a string; want an object"
      ),
    ] as [(String, BootstrapError.Code, String)]
  )
  func malformed(text: String, code: BootstrapError.Code, message: String) {
    let error = #expect(throws: BootstrapError.self) { try parse(text) }
    #expect(error?.code == code)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
    #expect(error?.description.hasPrefix("boot.json: ") == true)
  }

  @Test("comes from the file that the environment names, else from the text it holds")
  func environment() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
    try Data(BootstrapTests.complete.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let text = "{\"xds_servers\":[\(goodServer)]}"

    let fromFile = try Bootstrap.load(
      environment: [Bootstrap.fileVariable: file.path, Bootstrap.textVariable: text]
    )
    #expect(fromFile.node.cluster == "c")
    let fromText = try Bootstrap.load(environment: [Bootstrap.textVariable: text])
    #expect(fromText.servers.first?.address.description == "[::1]:18000")
  }

  @Test("that isn't there is told by name")
  func missing() {
    let unset = #expect(throws: BootstrapError.self) { try Bootstrap.load(environment: [:]) }
    #expect(unset?.code == .notSet)
    #expect(unset?.description.contains("GRPC_XDS_BOOTSTRAP_CONFIG") == true)

    let absent = #expect(throws: BootstrapError.self) { try Bootstrap(file: "/no/such/file.json") }
    #expect(absent?.code == .unreadable)
    #expect(absent?.description.hasPrefix("/no/such/file.json: can't be read") == true)
    #expect(throws: BootstrapError.self) { try Bootstrap(file: "/") }
  }

  private func parse(_ text: String) throws -> Bootstrap {
    try Bootstrap(json: Data(text.utf8), source: "boot.json")
  }
}

@Suite("ServerAddress")
struct ServerAddressTests {
  @Test(
    "reads a host and a port in every form that gRPC writes them",
    arguments: [
      ("127.0.0.1:15010", "127.0.0.1:15010"), ("[::1]:80", "[::1]:80"),
      ("xds.example:443", "xds.example:443"), ("dns:///a.b:1", "a.b:1"), ("dns:a:1", "a:1"),
      ("ipv4:10.0.0.1:2", "10.0.0.1:2"), ("ipv6:[fe80::1]:2", "[fe80::1]:2"),
      ("", nil), ("a", nil), (":1", nil), ("a:", nil), ("a:0", nil), ("a:65536", nil),
      ("::1:80", nil), ("a b:1", nil), ("unix:/tmp/s:1", nil), ("a/b:1", nil),
    ] as [(String, String?)]
  )
  func forms(text: String, address: String?) {
    #expect(ServerAddress(text)?.description == address)
  }
}

private let goodServer =
  "{\"server_uri\":\"[::1]:18000\",\"channel_creds\":[{\"type\":\"insecure\"}]}"

private func server(_ text: String) -> String { "{\"xds_servers\":[\(text)]}" }
