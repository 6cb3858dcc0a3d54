import Foundation
import MeshModel
import RuleFiles
import TestSupport
import Testing

/// Every file of the folder `Corpus` against what should come of it, down to line and column.
///
/// `NAME.yaml` is a file, `NAME.expected` what is said of it: see ``MeshFiles/report``. Those named
/// `check-...` tell what the mesh's own checks find, those named `entry-...` the services and workloads.
@Suite("Corpus")
struct CorpusTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Corpus")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("there are files enough")
  func count() {
    #expect(Self.names.count >= 120)
  }

  @Test("a file gives what is expected of it", arguments: names)
  func file(_ name: String) throws {
    let files = MeshFiles([try Self.read(name)])
    let report = files.report(
      withChecks: name.hasPrefix("check-"),
      withInventory: name.hasPrefix("entry-")
    )
    let expected = Self.folder.appendingPathComponent("\(name).expected")
    guard ProcessInfo.processInfo.environment["WEIR_RECORD_GOLDENS"] != "1" else {
      try report.write(to: expected, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name).expected")
      return
    }
    let wanted = (try? String(contentsOf: expected, encoding: .utf8)) ?? "(no such file)"
    #expect(report == wanted)
  }

  @Test("everything that is found has a place", arguments: names)
  func places(_ name: String) throws {
    let files = MeshFiles([try Self.read(name)])
    for finding in files.findings + files.errors + files.warnings + files.ruleFindings {
      #expect(finding.place.file == "\(name).yaml")
      let isOfTheWholeFile = finding.code == .encodingInvalid && finding.place.line == 0
      #expect(isOfTheWholeFile || finding.place.line > 0 && finding.place.column > 0)
      #expect(!finding.text.unicodeScalars.contains { $0.value < 0x20 })
    }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name).yaml")))
  }

  private static func read(_ name: String) throws -> MeshFile {
    RuleFileReader.read(try bytes(name), file: "\(name).yaml")
  }
}
