import AdminAPI
import Foundation
import MeshPicture
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("The admin API's socket")
struct AdminSocketTests {
  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test("is for its user alone, and so is its folder")
  func modes() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("run/engine.sock")
      try await RunningAdmin.with(at: .standard(path: path)) { admin in
        #expect(admin.address == .unix(path: path))
        #expect(admin.notice == nil)
        let modes = try [mode(path), mode(folder.path("run"))]
        #expect(modes == [0o600, 0o700])
      }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("closes a folder of its user's that was open to others")
  func openFolder() async throws {
    try await TemporaryFolder.with { folder in
      let run = folder.path("run")
      try FileManager.default.createDirectory(
        atPath: run,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o755]
      )
      try await RunningAdmin.with(at: .standard(path: "\(run)/engine.sock")) { _ in
        let mode = try mode(run)
        #expect(mode == 0o700)
      }
    }
  }

  @Test("isn't put behind a symbolic link")
  func link() async throws {
    try await TemporaryFolder.with { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("run"),
        withDestinationPath: folder.path
      )
      await #expect(throws: AdminServerError.self) {
        try await RunningAdmin.with(at: .standard(path: folder.path("run/engine.sock"))) { _ in }
      }
    }
  }

  @Test("of a dead engine is replaced")
  func stale() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("engine.sock")
      // What a killed engine leaves: a socket nobody listens at, and a lock nobody holds.
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      try bind(descriptor, to: path)
      close(descriptor)
      try folder.write("99999\n", to: "engine.sock.lock")

      try await RunningAdmin.with(at: .unix(path: path)) { admin in
        let identity = try await AdminClient.with(admin.address) { try await $0.identity() }
        #expect(identity.mesh == "fake")
      }
    }
  }

  @Test("of a live engine is left to it: a second one goes beside it and says so")
  func second() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("run/engine.sock")
      try await RunningAdmin.with(at: .standard(path: path)) { first in
        try await RunningAdmin.with(at: .standard(path: path)) { second in
          let own = folder.path("run/engine-\(getpid()).sock")
          #expect(second.address == .unix(path: own))
          #expect(second.notice?.contains("another engine (process \(getpid())) is at") == true)
          for address in [first.address, second.address] {
            _ = try await AdminClient.with(address) { try await $0.identity() }
          }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("run")).count == 2)
      }
    }
  }

  @Test("of a live engine is an error for one that was told to use it")
  func taken() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("engine.sock")
      try await RunningAdmin.with(at: .unix(path: path)) { first in
        await #expect {
          try await RunningAdmin.with(at: .unix(path: path)) { _ in }
        } throws: { error in
          "\(error)".contains(
            "another engine (process \(getpid())) serves its admin API at \(path)"
          )
        }
        _ = try await AdminClient.with(first.address) { try await $0.identity() }
      }
    }
  }

  @Test("has a path that sockets can have")
  func long() async throws {
    let path = "/tmp/\(String(repeating: "a", count: 110))"
    await #expect {
      try await RunningAdmin.with(at: .unix(path: path)) { _ in }
    } throws: { error in
      "\(error)".contains("has 115 bytes; want at most 107")
    }
  }

  @Test("that is not there is told with how to get one")
  func missing() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("engine.sock")
      let start = ContinuousClock.now
      await #expect {
        try await AdminClient.with(.unix(path: path)) { try await $0.identity() }
      } throws: { error in
        guard let error = error as? EngineError else { return false }
        return error.code == .unreachable
          && error.message.hasPrefix("no engine at \(path): there is no such socket; start one")
      }
      #expect(ContinuousClock.now - start < .seconds(5))

      try folder.write("", to: "engine.sock")
      await #expect {
        try await AdminClient.with(.unix(path: path)) { try await $0.identity() }
      } throws: { "\($0)".contains("that is no socket") }
    }
  }

  @Test(
    "is read as operators write it",
    arguments: [
      ("/run/weir/engine.sock", AdminAddress.unix(path: "/run/weir/engine.sock")),
      ("./engine.sock", .unix(path: "./engine.sock")),
      ("unix:engine.sock", .unix(path: "engine.sock")),
      ("weir.example:15020", .tcp(host: "weir.example", port: 15_020)),
      ("[::1]:15020", .tcp(host: "::1", port: 15_020)),
      ("engine.sock", nil), ("host:", nil), (":1", nil), ("host:70000", nil), ("", nil),
    ]
  )
  func addresses(text: String, address: AdminAddress?) {
    #expect(AdminAddress(text) == address)
  }

  @Test("is in the user's runtime folder, else in one of the user's in /tmp")
  func standard() {
    #expect(
      AdminAddress.standard(runtimeFolder: "/run/user/7")
        == .unix(path: "/run/user/7/weir/engine.sock")
    )
    let fallback = AdminAddress.unix(path: "/tmp/weir-\(geteuid())/engine.sock")
    #expect(AdminAddress.standard(runtimeFolder: nil) == fallback)
    #expect(AdminAddress.standard(runtimeFolder: "relative") == fallback)
  }
}

/// Binds a socket to a path, and makes no listener of it.
private func bind(_ descriptor: Int32, to path: String) throws {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
  let result = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  try #require(result == 0)
}
