import MeshModel
import Testing

@testable import LocalMesh

@Suite("Workload counts")
struct WorkloadCountsTests {
  @Test("are read", arguments: ["v1=1,v2=1", "v1=3", "canary-2.1=2,v0=0"])
  func reads(text: String) throws {
    #expect(try WorkloadCounts(parsing: text).description == text)
  }

  @Test("may name workloads that were started by hand, several of a label")
  func addresses() throws {
    let counts = try WorkloadCounts(parsing: "v1=127.0.0.1:21000,v1=127.0.0.1:21001,v2=1")
    #expect(counts.description == "v1=127.0.0.1:21000,v1=127.0.0.1:21001,v2=1")
    #expect(counts.items.map { $0.address?.port } == [21_000, 21_001, nil])
  }

  @Test("may have spaces around")
  func spaces() throws {
    #expect(try WorkloadCounts(parsing: " v1 = 1 , v2=2").description == "v1=1,v2=2")
  }

  @Test(
    "are refused with what was found and wanted",
    arguments: [
      ("", #"workloads: found ""; want LABEL=COUNT, such as v1=1"#),
      ("v1", #"workloads: found "v1"; want LABEL=COUNT, such as v1=1"#),
      ("v1=1,", #"workloads: found ""; want LABEL=COUNT, such as v1=1"#),
      (
        "v1=-1",
        #"workloads: found "v1=-1"; want a count from 0 to 100, or an address such as 127.0.0.1:21000"#
      ),
      (
        "v1=many",
        #"workloads: found "v1=many"; want a count from 0 to 100, or an address such as 127.0.0.1:21000"#
      ),
      (
        "v1=101",
        #"workloads: found "v1=101"; want a count from 0 to 100, or an address such as 127.0.0.1:21000"#
      ),
      ("v1=1,v1=2", #"workloads: found "v1=2"; want a label that was not there before"#),
      ("v1=0", #"workloads: found "v1=0"; want at least one workload"#),
      (
        "V1=1",
        #"workloads: found "V1=1"; want a label of lower-case letters, digits, '-' and '.', such as v1"#
      ),
    ]
  )
  func refuses(text: String, message: String) {
    let error = #expect(throws: LocalMeshError.self) { try WorkloadCounts(parsing: text) }
    #expect(error?.code == .workloadsMalformed)
    #expect(error?.message == message)
  }
}

@Suite("The walkthrough's mesh")
struct LocalMeshPlanTests {
  @Test("starts its servers on ports of their own, with their versions and labels")
  func servers() throws {
    let counts = try WorkloadCounts(parsing: "v1=2,v2=1")
    let plan = LocalMeshPlan(workloads: counts, clients: [])
    #expect(
      plan.servers.map(\.id)
        == ["dubbo-go-server-v1-1", "dubbo-go-server-v1-2", "dubbo-go-server-v2-1"]
    )
    #expect(
      plan.servers[2].arguments == [
        "workload", "server", "--version", "v2.0.0", "--address", "127.0.0.1", "--port", "20002",
        "--port-search", "--lifeline", "--json-ready",
      ]
    )
    guard case .workload(let workload) = plan.servers[1].kind else {
      Issue.record("a server is no workload")
      return
    }
    #expect(workload.host.description == "dubbo-go-server.default.svc.cluster.local")
    #expect(
      workload.labels
        == ["dubbogoAppVersion": "v1", "app.kubernetes.io/name": "dubbo-go-server"]
    )
    #expect(plan.service.ports.map(\.number) == [20_000])
  }

  @Test("starts its clients with their headers, their rate and a bootstrap of their own")
  func clients() {
    let plan = LocalMeshPlan(rate: 2.5)
    let clients = plan.clients(of: "127.0.0.1:15011")
    #expect(clients.map(\.id) == ["client-admin", "client-plain"])
    #expect(
      clients[0].arguments == [
        "workload", "client", "--name", "client-admin", "--target",
        "xds:///dubbo-go-server.default.svc.cluster.local:20000", "--header", "user=admin",
        "--rate", "2.5", "--quiet", "--lifeline", "--json-ready",
      ]
    )
    #expect(!clients[1].arguments.contains("--header"))
    #expect(clients[0].environment["GRPC_XDS_BOOTSTRAP"] == .some(nil))
    #expect(
      clients[0].environment["GRPC_XDS_BOOTSTRAP_CONFIG"] == """
        {"node":{"id":"sidecar~127.0.0.1~client-admin.default~default.svc.cluster.local",\
        "metadata":{"GENERATOR":"grpc","LABELS":{"app.kubernetes.io/name":"client-admin"},\
        "NAMESPACE":"default"}},"xds_servers":[{"channel_creds":[{"type":"insecure"}],\
        "server_features":["xds_v3"],"server_uri":"127.0.0.1:15011"}]}
        """
    )
  }

  @Test("names versions", arguments: [("v1", "v1.0.0"), ("v12", "v12.0.0"), ("canary", "canary")])
  func versions(label: String, version: String) {
    #expect(LocalMeshPlan.workloadVersion(of: label) == version)
  }
}
