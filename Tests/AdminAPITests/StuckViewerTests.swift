import AdminAPI
import AdminProtos
import AdminWire
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeshPicture
import TestSupport
import Testing

@Suite("A viewer that is stuck")
struct StuckViewerTests {
  /// The pictures that were made while the viewer read nothing: some two megabytes.
  private static let stalled = 100

  @Test("misses pictures, holds up nobody, and gets new ones when it reads on")
  func stuck() async throws {
    let engine = FakeEngine()
    try await TemporaryFolder.with { folder in
      let path = folder.path("engine.sock")
      try await RunningAdmin.with(engine, at: .unix(path: path)) { admin in
        let transport = try HTTP2ClientTransport.Posix(
          target: .unixDomainSocket(path: path),
          transportSecurity: .plaintext,
          config: .defaults { $0.http2.targetWindowSize = 65_535 }
        )
        let read = try await withGRPCClient(transport: transport) { client in
          try await watch(engine, by: Weir_Admin_V1_Admin.Client(wrapping: client), admin.address)
        }
        #expect(read < Self.stalled / 2)
      }
    }
  }

  /// Reads a picture, then none while many are made, then on.
  ///
  /// - Returns: How many it read until it saw one that was made after.
  private func watch(
    _ engine: FakeEngine,
    by client: Weir_Admin_V1_Admin.Client<HTTP2ClientTransport.Posix>,
    _ address: AdminAddress
  ) async throws -> Int {
    try await client.watchPictures(
      requestProducer: { writer in
        try await writer.write(.init(PictureRequest()))
        while (try? await Task.sleep(for: .seconds(60))) != nil {}
      },
      onResponse: { response in
        var updates = response.messages.makeAsyncIterator()
        _ = try await updates.next()
        let before = engine.made
        try await until("pictures", within: .seconds(60), { engine.made > before + Self.stalled })
        _ = try await AdminClient.with(address) { try await $0.identity() }
        let after = engine.made
        var read = 0
        while let update = try await updates.next(), update.time <= Int64(after) { read += 1 }
        return read
      }
    )
  }
}
