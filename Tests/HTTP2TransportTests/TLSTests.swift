import GRPCCore
import GRPCNIOTransportHTTP2Posix
import HTTP2Transport
import NIOCore
import NIOPosix
import NIOSSL
import TestCertificates
import TestSupport
import Testing
import X509

@Suite("TLS", .timeLimit(.minutes(1)))
struct TLSTests {
  /// A server's files in a folder.
  private struct Files {
    let folder: TemporaryFolder
    let authority: TestAuthority
    let files: TLSFiles

    init(in folder: TemporaryFolder, knowingClients: Bool = false) throws {
      self.folder = folder
      authority = try TestAuthority()
      let roots = try folder.replace("roots.pem", with: try authority.pem)
      files = TLSFiles(
        certificateChain: folder.path("cert.pem"),
        privateKey: folder.path("key.pem"),
        clientRoots: knowingClients ? roots : nil,
        checkInterval: .seconds(600)
      )
      try rotate(to: "server one")
    }

    func rotate(to name: String) throws {
      let issued = try authority.issue(name)
      try folder.replace("cert.pem", with: issued.certificate)
      try folder.replace("key.pem", with: issued.key)
    }

    /// How a client trusts the server, and shows itself if it is to.
    func security(
      as client: (certificate: String, key: String)? = nil
    ) throws -> HTTP2ClientTransport.Posix.TransportSecurity {
      let roots = Array(try authority.pem.utf8)
      let chain = client.map {
        [TLSConfig.CertificateSource.bytes(Array($0.certificate.utf8), format: .pem)]
      }
      return .tls(
        .defaults { config in
          config.trustRoots = .certificates([.bytes(roots, format: .pem)])
          config.serverCertificateVerification = .noHostnameVerification
          config.certificateChain = chain ?? []
          config.privateKey = client.map { .bytes(Array($0.key.utf8), format: .pem) }
        }
      )
    }
  }

  private func echo(
    _ running: RunningServer,
    _ security: HTTP2ClientTransport.Posix.TransportSecurity
  )
    async throws -> String
  {
    let told = Recorder<String>()
    try await withClient(port: try await running.port, security: security) { client in
      var options = CallOptions.defaults
      options.waitForReady = false
      told.record(
        try await client.unary(
          request: ClientRequest(message: [UInt8]()),
          descriptor: TestService.Method.metadata.descriptor,
          serializer: Bytes(),
          deserializer: Bytes(),
          options: options,
          onResponse: { String(decoding: try $0.message, as: UTF8.self) }
        )
      )
    }
    return told.all.first ?? ""
  }

  @Test("a client that trusts the server is served")
  func server() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder)
      let security = try files.security()
      try await RunningServer.with(tls: files.files) { running in
        let answer1 = try await echo(running, security)
        #expect(answer1.hasPrefix("ipv4:127.0.0.1:"))
        let answer2 = try await echo(running, security)
        #expect(answer2.hasSuffix(" []"))
      }
    }
  }

  @Test("a client's certificate says who it is")
  func identity() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder, knowingClients: true)
      let uri = "spiffe://mesh.local/ns/default/sa/greeter"
      let client = try files.authority.issue(
        "greeter",
        names: [.uniformResourceIdentifier(uri), .dnsName("greeter.local")]
      )
      let security = try files.security(as: client)
      let seen = Recorder<PeerIdentity?>()
      let routes: [String: RawRoute] = [
        TestService.Method.metadata.path: { stream, _ in
          seen.record(stream.connection.identity)
          stream.close(Status(code: .permissionDenied, message: ""))
          return Echo(stream, Recorder())
        }
      ]
      try await RunningServer.with(tls: files.files) { running in
        let answer3 = try await echo(running, security)
        #expect(answer3.hasSuffix(#" ["\#(uri)"]"#))
      }
      try await RunningServer.with(tls: files.files, routes: routes) { running in
        _ = try? await echo(running, security)
        let identity = PeerIdentity(
          uris: [uri],
          dnsNames: ["greeter.local"],
          commonName: "greeter"
        )
        #expect(seen.all == [identity])
      }
    }
  }

  @Test("a client without a certificate, or with another's, is turned away")
  func strangers() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder, knowingClients: true)
      let stranger = try TestAuthority(named: "Stranger").issue("greeter")
      let securities = [try files.security(), try files.security(as: stranger)]
      try await RunningServer.with(tls: files.files) { running in
        for security in securities {
          await #expect(throws: RPCError.self) { _ = try await echo(running, security) }
        }
        try await until("no connection is left") { running.server.connectionCount == 0 }
      }
    }
  }

  @Test("a rotated certificate serves new connections, and open ones go on")
  func rotation() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder)
      let rotate = { @Sendable [folder] (name: String) in
        let issued = try files.authority.issue(name)
        try folder.replace("cert.pem", with: issued.certificate)
        try folder.replace("key.pem", with: issued.key)
      }
      try await RunningServer.with(tls: files.files, routes: Echo.route(Recorder())) { running in
        let port = try await running.port
        let first = try await FrameClient.connectTLS(port: port)
        let id = try await first.open(Echo.path)
        try await first.send("before", on: id)
        try await until("the echo") { first.messages(on: id) == ["before"] }
        #expect(try await first.serverName() == "server one")

        await running.server.reloadCertificates()
        #expect(running.notices.all.isEmpty, "nothing has changed")
        try rotate("server two")
        await running.server.reloadCertificates()
        #expect(running.notices.all.map(\.kind) == [.newCertificate])
        let second = try await FrameClient.connectTLS(port: port)
        try await until("the second one's settings") { second.knowsSettings }
        #expect(try await second.serverName() == "server two")
        try await first.send("after", on: id)
        try await until("the echo") { first.messages(on: id) == ["before", "after"] }

        // Half a rotation: the key isn't the certificate's.
        try folder.replace("key.pem", with: try files.authority.issue("x").key)
        await running.server.reloadCertificates()
        await running.server.reloadCertificates()
        #expect(running.notices.all.map(\.kind) == [.newCertificate, .badCertificate])
        let third = try await FrameClient.connectTLS(port: port)
        try await until("the third one's settings") { third.knowsSettings }
        #expect(try await third.serverName() == "server two")
        for client in [first, second, third] { await client.close() }
      }
    }
  }

  @Test("files are looked at now and then by themselves")
  func watched() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder)
      var watched = files.files
      watched.checkInterval = .milliseconds(50)
      try await RunningServer.with(tls: watched) { running in
        let issued = try files.authority.issue("server two")
        try folder.replace("key.pem", with: issued.key)
        try folder.replace("cert.pem", with: issued.certificate)
        try await until("the new one is in force") {
          running.notices.all.last?.kind == .newCertificate
        }
      }
    }
  }

  @Test("files that can't be used are named")
  func badFiles() async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder)
      try folder.replace("bad.pem", with: "no PEM")
      for change in [
        { (tls: inout TLSFiles) in tls.certificateChain = folder.path("none.pem") },
        { (tls: inout TLSFiles) in tls.certificateChain = folder.path("bad.pem") },
        { (tls: inout TLSFiles) in tls.privateKey = folder.path("bad.pem") },
        { (tls: inout TLSFiles) in tls.clientRoots = folder.path("bad.pem") },
      ] {
        var tls = files.files
        change(&tls)
        let error = #expect(throws: TransportError.self) {
          _ = try HTTP2Server(
            configuration: .init(address: .ip(host: "127.0.0.1", port: 0), tls: tls),
            logger: .silent
          )
        }
        #expect(error?.code == .badCertificate)
        #expect(error?.message.hasPrefix(folder.path) == true)
      }
    }
  }

  @Test(
    "a client that speaks no TLS, or wants no HTTP/2, is closed",
    arguments: ["plain", "http/1.1"]
  )
  func wrongProtocol(wanted: String) async throws {
    try await TemporaryFolder.with { folder in
      let files = try Files(in: folder)
      try await RunningServer.with(tls: files.files) { running in
        let port = try await running.port
        let client =
          wanted == "plain"
          ? try await FrameClient.connect(port: port)
          : try await FrameClient.connectTLS(port: port, protocols: [wanted])
        try await until("the server closes") { !client.isOpen }
        try await until("no connection is left") { running.server.connectionCount == 0 }
      }
    }
  }
}
