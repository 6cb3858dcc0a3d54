import GRPCCore
import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOPosix
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite("Where a server listens", .timeLimit(.minutes(1)))
struct AddressTests {
  private func listenError(_ address: BindAddress) async throws -> TransportError? {
    let server = try HTTP2Server(configuration: .init(address: address), logger: .silent)
    let error = await #expect(throws: TransportError.self) { try await server.listen { _, _ in } }
    await #expect(throws: TransportError.self) { _ = try await server.address }
    return error
  }

  @Test("a port that is taken is named")
  func busy() async throws {
    try await RunningServer.with { running in
      let port = try await running.port
      let error = try await listenError(.ip(host: "127.0.0.1", port: port))
      #expect(error?.code == .addressInUse)
      #expect(
        error?.message.hasPrefix("can't listen on 127.0.0.1:\(port): another program") == true
      )
    }
  }

  @Test("an address that isn't this machine's is refused")
  func foreign() async throws {
    let error = try await listenError(.ip(host: "192.0.2.1", port: 0))
    #expect(error?.code == .badAddress)
  }

  @Test("IPv6 is served, and clients are named as such")
  func ipv6() async throws {
    let names = Recorder<String>()
    let routes: [String: RawRoute] = [
      Echo.path: { stream, head in
        names.record(stream.connection.remoteAddress)
        return Echo(stream, Recorder())
      }
    ]
    try await RunningServer.with(address: .ip(host: "::1", port: 0), routes: routes) { running in
      let client = try await FrameClient.connect(host: "::1", port: try await running.port)
      let id = try await client.open(Echo.path, endStream: true)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["0"])
      #expect(names.all.first?.hasPrefix("[::1]:") == true)
      await client.close()
    }
  }

  @Test("a Unix domain socket is for its owner alone, and gone in the end")
  func unix() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("weir.sock")
      try await RunningServer.with(address: .unix(path: path), routes: Echo.route(Recorder())) {
        running in
        let bound = try await running.server.address
        #expect(bound == .unix(path: path))
        #expect(mode(path) == 0o600)
        let client = try await FrameClient.connect(path: path)
        let id = try await client.open(Echo.path)
        try await client.send("hello", on: id)
        try await until("the echo") { client.messages(on: id) == ["hello"] }
        await client.close()
        // Another can't take it away.
        let error = try await listenError(.unix(path: path))
        #expect(error?.code == .addressInUse)
        #expect(mode(path) == 0o600)
      }
      #expect(mode(path) == nil)
    }
  }

  @Test("a socket file that a crash left is replaced, any other file is not")
  func leftOver() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("old.sock")
      try leaveSocketFile(path)
      #expect(mode(path) != nil)
      try await RunningServer.with(address: .unix(path: path)) { running in
        let bound = try await running.server.address
        #expect(bound == .unix(path: path))
      }
      let file = try folder.replace("file", with: "precious")
      let overFile = try await listenError(.unix(path: file))
      #expect(overFile != nil)
      #expect(mode(file) != nil)
      let nowhere = try await listenError(.unix(path: folder.path("no/such")))
      #expect(nowhere?.code == .badAddress)
    }
  }

  /// Binds a socket and closes it, as a program that crashes does.
  private func leaveSocketFile(_ path: String) throws {
    let address = try SocketAddress(unixDomainSocketPath: path)
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let result = address.withSockAddr { bind(socket, $0, socklen_t($1)) }
    #expect(result == 0)
    close(socket)
  }

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }
}
