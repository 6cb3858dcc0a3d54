import TestSupport
import Testing

@testable import RuleFiles

/// The short way of reading against the full parser.
@Suite("Reading block style")
struct BlockReaderTests {
  /// Where the short way reads a chunk, the full parser must read the same nodes at the same places.
  ///
  /// - Returns: How many chunks it read.
  private static func compare(_ bytes: [UInt8], _ name: String) -> Int {
    guard let text = try? YAMLText(bytes) else { return 0 }
    var count = 0
    for chunk in text.chunks {
      guard let node = BlockReader.read(chunk) else { continue }
      count += 1
      let full = try? YAMLComposer(chunk)
      #expect(full?.problems == [], "\(name)")
      #expect(full?.documents == [node], "\(name)")
    }
    return count
  }

  @Test("what it reads of the corpus, the full parser reads as well")
  func corpus() throws {
    let counts = try CorpusTests.names.map { Self.compare(try CorpusTests.bytes($0), $0) }
    #expect(counts.filter { $0 > 0 }.count > 120)
  }

  @Test("what it reads of mutated files, the full parser reads as well", arguments: 0..<8)
  func mutations(_ part: Int) throws {
    var generator = SeededGenerator(seed: 50 + UInt64(part))
    let names = CorpusTests.names
    for _ in 0..<400 {
      let name = names[Int.random(in: 0..<names.count, using: &generator)]
      var bytes = try CorpusTests.bytes(name)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        MutationTests.mutate(&bytes, using: &generator)
      }
      _ = Self.compare(bytes, "\(name): \(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test("what it reads of written files, the full parser reads as well")
  func written() {
    var random = RandomRules(seed: 9)
    for _ in 0..<300 {
      let text = RuleWriter.yaml([random.object()])
      _ = Self.compare(Array(text.utf8), text)
    }
  }
}
