import ControlPlane
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestCertificates
import TestSupport
import Testing
import X509
import XDSCore

@Suite("The control plane by TLS", .timeLimit(.minutes(1)))
struct TLSTests {
  private static let listener = Walkthrough.listener
  private static let web = "spiffe://mesh.local/web"

  /// A control plane's files in a folder.
  private struct Files {
    let folder: TemporaryFolder
    let authority: TestAuthority
    let tls: ControlPlane.TLS

    init(in folder: TemporaryFolder, identities: [IdentityRule]? = nil) throws {
      self.folder = folder
      authority = try TestAuthority()
      let roots = try folder.replace("roots.pem", with: try authority.pem)
      tls = ControlPlane.TLS(
        certificateFile: folder.path("cert.pem"),
        keyFile: folder.path("key.pem"),
        clientCAFile: identities == nil ? nil : roots,
        identities: identities ?? [],
        checkInterval: .milliseconds(20)
      )
      try rotate(to: authority)
    }

    var configuration: ControlPlane.Configuration { .init(port: 0, tls: tls) }

    /// Gives the control plane another certificate, signed by that authority.
    func rotate(to authority: TestAuthority) throws {
      let issued = try authority.issue("server")
      try folder.replace("cert.pem", with: issued.certificate)
      try folder.replace("key.pem", with: issued.key)
    }
  }

  /// A client that trusts the authority, and shows a certificate of its own for the URI.
  private static func security(
    trusting authority: TestAuthority,
    as uri: String? = nil
  ) throws -> HTTP2ClientTransport.Posix.TransportSecurity {
    let roots = Array(try authority.pem.utf8)
    let own = try uri.map {
      try authority.issue("client", names: [.uniformResourceIdentifier($0)])
    }
    return .tls(
      .defaults { config in
        config.trustRoots = .certificates([.bytes(roots, format: .pem)])
        config.serverCertificateVerification = .noHostnameVerification
        guard let own else { return }
        config.certificateChain = [.bytes(Array(own.certificate.utf8), format: .pem)]
        config.privateKey = .bytes(Array(own.key.utf8), format: .pem)
      }
    )
  }

  @Test("a client may be the nodes that its certificate is for, and no other")
  func identities() async throws {
    try await TemporaryFolder.with { folder in
      let rule = IdentityRule(identityGlob: Self.web, nodeIDGlob: "web-*")
      let files = try Files(in: folder, identities: [rule])
      let security = try Self.security(trusting: files.authority, as: Self.web)
      try await RunningControlPlane.with(files.configuration, security: security) {
        running,
        connection in
        let (friend, stranger) = (ADSTestClient("web-1"), ADSTestClient("db-1"))
        try await withStreams([friend, stranger], on: connection) {
          friend.subscribe(.listener, [Self.listener])
          try await friend.responses.element(1)
          stranger.subscribe(.listener, [Self.listener])
          let end = try #require(try await stranger.ends.element(1))
          #expect(end.code == .permissionDenied)
          #expect(
            end.message == "the certificate of \(Self.web), client may not be used by node db-1"
          )
          #expect(stranger.responses.all.isEmpty)
          let notice = try await running.notices.element(1)
          #expect(notice.text == "refused: \(end.message); see --tls-identity")
          #expect(running.kinds(of: "db-1").isEmpty)
          #expect(friend.ends.all.isEmpty)
        }
      }
    }
  }

  @Test("with a client CA, who shows no certificate or a stranger's gets nothing")
  func strangers() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder, identities: [])
      let stranger = try TestAuthority(named: "Stranger")
        .issue("client", names: [.uniformResourceIdentifier(Self.web)])
      let roots = Array(try files.authority.pem.utf8)
      let impostor = HTTP2ClientTransport.Posix.TransportSecurity.tls(
        .defaults { config in
          config.trustRoots = .certificates([.bytes(roots, format: .pem)])
          config.serverCertificateVerification = .noHostnameVerification
          config.certificateChain = [.bytes(Array(stranger.certificate.utf8), format: .pem)]
          config.privateKey = .bytes(Array(stranger.key.utf8), format: .pem)
        }
      )
      let friend = try Self.security(trusting: files.authority, as: Self.web)
      let nobody = try Self.security(trusting: files.authority)
      try await RunningControlPlane.with(files.configuration, security: friend) {
        running,
        connection in
        let client = ADSTestClient("a")
        try await withStreams([client], on: connection) {
          client.subscribe(.listener, [Self.listener])
          try await client.responses.element(1)
          for security in [nobody, impostor] {
            try await self.isTurnedAway(security, from: running.plane.boundAddress)
          }
          #expect(running.plane.streamCount == 1)
        }
      }
    }
  }

  private func isTurnedAway(
    _ security: HTTP2ClientTransport.Posix.TransportSecurity,
    from address: ListenAddress
  ) async throws {
    let connection = try RunningControlPlane.connect(to: address, security)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await connection.runConnections() }
      let client = ADSTestClient("b")
      client.subscribe(.listener, [Self.listener])
      group.addTask { await client.run(on: connection, waitsForReady: false) }
      let end = try await client.ends.element(1)
      #expect(end?.code == .unavailable)
      #expect(client.responses.all.isEmpty)
      group.cancelAll()
    }
  }

  @Test("a rotated certificate is for new connections; streams that are open go on")
  func rotation() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder)
      let next = try TestAuthority(named: "Next")
      let security = try Self.security(trusting: files.authority)
      let newSecurity = try Self.security(trusting: next)
      try await RunningControlPlane.with(files.configuration, security: security) {
        running,
        connection in
        let client = ADSTestClient("a")
        try await withStreams([client], on: connection) {
          client.subscribe(.routeConfiguration, [Walkthrough.routes])
          let first = try await client.responses.element(1)
          client.answer(first, names: [Walkthrough.routes])

          try files.rotate(to: next)
          try await running.notices.first { told in
            told.contains { $0.text.hasPrefix("a new certificate is in force") } ? true : nil
          }
          let address = try await running.plane.boundAddress
          let newConnection = try RunningControlPlane.connect(to: address, newSecurity)
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await newConnection.runConnections() }
            let newClient = ADSTestClient("b")
            try await withStreams([newClient], on: newConnection) {
              newClient.subscribe(.routeConfiguration, [Walkthrough.routes])
              try await newClient.responses.element(1)
            }
            group.cancelAll()
          }

          running.publish(v1: 50, v2: 50)
          let pushed = try await client.responses.element(2)
          #expect(pushed.weights == [Walkthrough.v1: 50, Walkthrough.v2: 50])
          #expect(client.ends.all.isEmpty)
        }
      }
    }
  }
}
