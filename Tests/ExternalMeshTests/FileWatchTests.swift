import ExternalMesh
import Foundation
import MeshModel
import RuleFiles
import TestSupport
import Testing

@Suite("Files of an external mesh", .serialized)
struct FileWatchTests {
  /// Runs a mesh over the paths while the body runs.
  private func withMesh(
    _ paths: [String],
    initial: ExternalMeshContent? = nil,
    _ body: (Recorder<Telling>) async throws -> Void
  ) async throws {
    let recorder = Recorder<Telling>()
    let mesh = ExternalMesh(
      paths: paths,
      initial: initial,
      settings: .init(pollInterval: .milliseconds(20), settleTime: .milliseconds(80)),
      observer: recorder.observer
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await mesh.run() }
      try await body(recorder)
      group.cancelAll()
    }
  }

  private func addresses(_ telling: Telling) -> [String] {
    telling.content?.inventory.workloads.map(\.address) ?? []
  }

  @Test("tells the files at the start, and each change of them")
  func change() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(serviceEntry("a", "10.0.0.1:1"), to: "mesh.yaml")
    try await withMesh([folder.path("mesh.yaml")]) { recorder in
      #expect(await recorder.newest { addresses($0) == ["10.0.0.1"] })
      // Of the same size, and within the same second.
      try folder.write(serviceEntry("a", "10.0.0.2:1"), to: "mesh.yaml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.2"] })
      try folder.replace("mesh.yaml", with: serviceEntry("a", "10.0.0.3:1"))
      #expect(await recorder.newest { addresses($0) == ["10.0.0.3"] })
      #expect(recorder.all.allSatisfy { $0.error == nil })
    }
  }

  @Test("doesn't tell again what was read for the start")
  func initial() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(serviceEntry("a", "10.0.0.1:1"), to: "mesh.yaml")
    let paths = [folder.path("mesh.yaml")]
    let initial = try ExternalMeshContent(paths: paths)
    try await withMesh(paths, initial: initial) { recorder in
      try folder.write(serviceEntry("a", "10.0.0.2:1"), to: "mesh.yaml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.2"] })
      #expect(recorder.all.count == 1)
    }
  }

  @Test("a broken file changes nothing until it is mended")
  func broken() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let good = serviceEntry("a", "10.0.0.1:1")
    try folder.write(good, to: "mesh.yaml")
    try await withMesh([folder.path("mesh.yaml")]) { recorder in
      #expect(await recorder.newest { addresses($0) == ["10.0.0.1"] })
      try folder.write(good.replacingOccurrences(of: "hosts", with: "hots"), to: "mesh.yaml")
      #expect(await recorder.newest { $0.error != nil })
      let error = try #require(recorder.all.last?.error)
      #expect(error.errors.map(\.place.line) == [6])
      #expect(error.description.hasSuffix("did you mean hosts?"))
      // The same content again: told, since the error is over.
      try folder.write(good, to: "mesh.yaml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.1"] })
      #expect(recorder.all.count == 3)
    }
  }

  @Test("a file that is deleted is an error, and one that comes back is read")
  func deleted() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(serviceEntry("a", "10.0.0.1:1"), to: "mesh.yaml")
    try await withMesh([folder.path("mesh.yaml")]) { recorder in
      #expect(await recorder.newest { addresses($0) == ["10.0.0.1"] })
      try folder.remove("mesh.yaml")
      #expect(await recorder.newest { $0.error?.errors.map(\.code) == [.unreadable] })
      try folder.write(serviceEntry("a", "10.0.0.9:1"), to: "mesh.yaml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.9"] })
    }
  }

  @Test("files of a directory come and go")
  func directory() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(serviceEntry("a", "10.0.0.1:1"), to: "a.yaml")
    try folder.write("not: read", to: "notes.txt")
    try folder.write("[", to: ".hidden.yaml")
    try await withMesh([folder.path]) { recorder in
      #expect(await recorder.newest { addresses($0) == ["10.0.0.1"] })
      try folder.write(serviceEntry("b", "10.0.0.2:1"), to: "b.yml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.1", "10.0.0.2"] })
      try folder.remove("a.yaml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.2"] })
      try folder.remove("b.yml")
      #expect(await recorder.newest { $0.content == ExternalMeshContent() })
    }
  }

  @Test("a file that is written in two halves is read as a whole")
  func halves() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let text = serviceEntry("a", "10.0.0.1:1")
    let mesh = folder.path("mesh.yaml")
    try folder.write(text, to: "mesh.yaml")
    let recorder = Recorder<Telling>()
    let external = ExternalMesh(
      paths: [mesh],
      initial: try ExternalMeshContent(paths: [mesh]),
      settings: .init(pollInterval: .milliseconds(5), settleTime: .milliseconds(400)),
      observer: recorder.observer
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await external.run() }
      let next = serviceEntry("a", "10.0.0.2:1")
      try folder.write(String(next.prefix(next.count / 2)), to: "mesh.yaml")
      try await Task.sleep(for: .milliseconds(20))
      try folder.write(next, to: "mesh.yaml")
      #expect(await recorder.newest { addresses($0) == ["10.0.0.2"] })
      #expect(recorder.all.count == 1)
      group.cancelAll()
    }
  }

  @Test("paths that can't be read are told all at once", arguments: ["missing.yaml", "fifo.yaml"])
  func unreadable(_ name: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    if name == "fifo.yaml" { #expect(mkfifo(folder.path(name), 0o600) == 0) }
    try folder.write("[", to: "broken.yaml")
    let paths = [folder.path(name), folder.path("broken.yaml")]
    let error = #expect(throws: ExternalMeshError.self) { try ExternalMeshContent(paths: paths) }
    #expect(error?.errors.map(\.code) == [.syntax, .unreadable])
  }

  @Test("endpoints of one file and rules of another make one mesh")
  func together() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(serviceEntry("a", "10.0.0.1:1"), to: "entries.yaml")
    let rules = """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a}
      spec:
        hosts: [a.example.com]
        http:
        - route:
          - destination: {host: a.example.com}
        exportTo: ["*"]
      """
    try folder.write(rules, to: "rules.yaml")
    let content = try ExternalMeshContent(paths: [folder.path])
    #expect(content.rules.virtualServices.map(\.name.name) == ["a"])
    #expect(content.rules.serviceEntries.map(\.name.name) == ["a"])
    #expect(content.inventory.services.map(\.host.description) == ["a.example.com"])
    #expect(content.warnings.map(\.place.line) == [9])
  }
}
