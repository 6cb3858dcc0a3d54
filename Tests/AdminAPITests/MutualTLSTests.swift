import AdminAPI
import MeshModel
import MeshPicture
import TestCertificates
import TestSupport
import Testing

@Suite("An engine over TCP")
struct MutualTLSTests {
  /// Writes a certificate and what it trusts into files.
  private func files(
    of name: String,
    signedBy authority: TestAuthority,
    trusting roots: TestAuthority,
    in folder: TemporaryFolder
  ) throws -> MutualTLSFiles {
    let (certificate, key) = try authority.issue(name)
    try folder.write(certificate, to: "\(name).pem")
    try folder.write(key, to: "\(name).key")
    try folder.write(try roots.pem, to: "\(name).ca")
    return MutualTLSFiles(
      certificate: folder.path("\(name).pem"),
      key: folder.path("\(name).key"),
      roots: folder.path("\(name).ca")
    )
  }

  /// Serves a fake engine on a free port of this machine.
  private func serving(
    _ engine: FakeEngine = FakeEngine(),
    _ body: (AdminAddress, TestAuthority, TemporaryFolder) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let authority = try TestAuthority()
      let own = try files(of: "engine", signedBy: authority, trusting: authority, in: folder)
      let place = AdminServer.Place.tcp(host: "127.0.0.1", port: 0, own)
      try await RunningAdmin.with(engine, at: place) { admin in
        guard case .tcp(_, let port) = admin.address else { throw NotInTime(what: "a port") }
        try await body(.tcp(host: "localhost", port: port), authority, folder)
      }
    }
  }

  @Test("answers who shows a certificate, and calls changes by its name")
  func welcome() async throws {
    let engine = FakeEngine()
    try await serving(engine) { address, authority, folder in
      let tls = try files(of: "ada", signedBy: authority, trusting: authority, in: folder)
      try await AdminClient.with(address, tls: tls) { client in
        let asked = MonotonicTime(nanoseconds: 7)
        _ = try await client.change(RuleChange(.undo, author: "", asked: asked))
      }
      #expect(engine.changes.map(\.author) == ["ada"])
      // Another machine's clock means nothing.
      #expect(engine.changes.map(\.asked) == [nil])
    }
  }

  @Test("answers nobody whose certificate somebody else signed")
  func stranger() async throws {
    try await serving { address, authority, folder in
      let other = try TestAuthority(named: "Somebody else")
      let tls = try files(of: "eve", signedBy: other, trusting: authority, in: folder)
      await #expect {
        try await AdminClient.with(address, tls: tls) { try await $0.identity() }
      } throws: { error in
        (error as? EngineError)?.code == .unreachable
      }
    }
  }

  @Test("is believed by nobody who trusts another authority")
  func impostor() async throws {
    try await serving { address, authority, folder in
      let other = try TestAuthority(named: "Somebody else")
      let tls = try files(of: "ada", signedBy: authority, trusting: other, in: folder)
      await #expect {
        try await AdminClient.with(address, tls: tls) { try await $0.identity() }
      } throws: { error in
        (error as? EngineError)?.code == .unreachable
      }
    }
  }

  @Test("isn't asked without a certificate")
  func naked() async throws {
    try await serving { address, _, _ in
      #expect {
        try AdminClient(address)
      } throws: { error in
        (error as? EngineError)?.code == .invalid
      }
    }
  }
}
