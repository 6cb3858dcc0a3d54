import MeshModel
import RuleFiles
import TestSupport
import Testing

@Suite("Writing and reading back")
struct RoundTripTests {
  @Test("every object reads back from its JSON as it was", arguments: 0..<8)
  func json(_ part: Int) throws {
    var random = RandomRules(seed: UInt64(part))
    for _ in 0..<250 {
      let object = random.object()
      let text = RuleWriter.json(object)
      #expect(!text.utf8.contains(UInt8(ascii: "\n")))
      let read = try RuleReader.object(json: text)
      #expect(read == object, "\(text)")
      #expect(RuleWriter.json(read) == text)
    }
  }

  @Test("every object reads back from its YAML as it was", arguments: 0..<8)
  func yaml(_ part: Int) {
    var random = RandomRules(seed: 100 + UInt64(part))
    for _ in 0..<50 {
      let objects = (0..<5).map { _ in random.object() }
      let text = RuleWriter.yaml(objects)
      let file = RuleFileReader.read(text: text, file: "a.yaml")
      #expect(file.findings.filter { $0.severity == .error }.map(\.description) == [])
      for (read, object) in zip(file.documents.map(\.object), objects) where read != object {
        Issue.record("read \(RuleWriter.json(read)) from \(RuleWriter.yaml([object]))")
      }
      #expect(file.documents.count == objects.count)
    }
  }

  /// Kubernetes' tools take JSON for YAML too.
  @Test("JSON reads as YAML to the same objects", arguments: 0..<4)
  func jsonAsYAML(_ part: Int) {
    var random = RandomRules(seed: 200 + UInt64(part))
    for _ in 0..<50 {
      let object = random.object()
      let text = "# a comment, which JSON doesn't have\n" + RuleWriter.json(object)
      let file = RuleFileReader.read(text: text, file: "a.yaml")
      let errors = file.findings.filter { $0.severity == .error }.map(\.description)
      #expect(errors == [], "\(text)")
      let read = file.documents.first.map { RuleWriter.json($0.object) }
      #expect(read == RuleWriter.json(object))
    }
  }
}
