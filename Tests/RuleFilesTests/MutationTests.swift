import MeshModel
import RuleFiles
import TestSupport
import Testing

/// Files that somebody broke by chance: reading them must never trap, and always say where.
@Suite("Mutated rule files")
struct MutationTests {
  private static let pieces = [
    "-", "- ", ":", ": ", "\n", "\n  ", "\t", "*", "&a ", "*a", "{", "}", "[", "]", "\"", "'", "#",
    "|",
    ">", "---\n", "...\n", "? ", "!!str ", "%YAML 1.1\n", "null", "0", "-1", "99999999999", "true",
    "\u{e000}", "ü", "\u{1f600}", "\u{feff}", "\u{0}", "\r\n", "<<: *a\n", "host", "weight",
    "spec:\n",
  ]

  @Test("a mutated file never traps, and all that is found has a place", arguments: 0..<8)
  func mutations(_ part: Int) throws {
    var generator = SeededGenerator(seed: UInt64(part) &+ 1)
    let names = CorpusTests.names
    for _ in 0..<300 {
      let name = names[Int.random(in: 0..<names.count, using: &generator)]
      var bytes = try CorpusTests.bytes(name)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        Self.mutate(&bytes, using: &generator)
      }
      let files = MeshFiles([RuleFileReader.read(bytes, file: "mutated.yaml")])
      for finding in files.errors + files.warnings + files.ruleFindings {
        #expect(finding.place.file == "mutated.yaml")
        let isPlaced = finding.place.line > 0 && finding.place.column > 0
        #expect(isPlaced || finding.code == .encodingInvalid, "\(finding) in \(name)")
      }
    }
  }

  @Test("bytes of any kind never trap")
  func bytes() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let count = Int.random(in: 0...200, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      _ = MeshFiles([RuleFileReader.read(bytes, file: "noise.yaml")]).errors
    }
  }

  static func mutate(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
    let place = Int.random(in: 0...bytes.count, using: &generator)
    let other = Int.random(in: 0...bytes.count, using: &generator)
    let range = min(place, other)..<min(max(place, other), min(place, other) + 40)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0:
      bytes.removeSubrange(range)
    case 1:
      bytes.insert(contentsOf: Array(bytes[range]), at: place)
    case 2 where place < bytes.count:
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 3 where place < bytes.count:
      bytes[place] ^= 0x20
    default:
      let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
      bytes.insert(contentsOf: Array(piece.utf8), at: place)
    }
  }
}
