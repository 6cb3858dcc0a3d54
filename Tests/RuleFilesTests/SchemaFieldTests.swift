import MeshModel
import TestSupport
import Testing

@testable import RuleFiles

/// Holds the tables of fields against what corpus and generator use of them.
@Suite("Fields of the forms")
struct SchemaFieldTests {
  @Test("every field of every kind appears in a corpus file that reads without errors")
  func corpus() throws {
    var known: Set<String> = []
    for kind in MeshObjectKind.allCases {
      Self.collect(.object(Forms.documentSchema(of: kind)), into: &known)
    }
    var used: Set<String> = []
    for name in CorpusTests.names {
      let bytes = try CorpusTests.bytes(name)
      guard
        !RuleFileReader.read(bytes, file: name).findings.contains(where: { $0.severity == .error })
      else { continue }
      for document in YAMLReader(bytes).documents {
        guard let kind = document["kind"]?.string.flatMap(MeshObjectKind.init) else { continue }
        Self.collect(document, .object(Forms.documentSchema(of: kind)), into: &used)
      }
    }
    // What can't be read without an error, and what a cluster writes by itself.
    let exceptions = known.filter { $0.hasPrefix("metadata.") || $0 == "Delay.exponentialDelay" }
    #expect(known.subtracting(used).subtracting(exceptions).sorted() == [])
    #expect(known.count > 150)
  }

  @Test("every field is written by the generator's objects, but for the older forms")
  func written() {
    var known: Set<String> = []
    var used: Set<String> = []
    for kind in MeshObjectKind.allCases {
      Self.collect(.object(Forms.documentSchema(of: kind)), into: &known)
    }
    var random = RandomRules(seed: 5)
    for _ in 0..<400 {
      let object = random.object()
      let node = JSONReader.read(Array(RuleWriter.json(object).utf8))
      if let node {
        Self.collect(node, .object(Forms.documentSchema(of: object.kind)), into: &used)
      }
    }
    let missing = known.subtracting(used).filter { !$0.hasPrefix("metadata.") }
    #expect(
      missing.sorted() == [
        "ConsistentHashLB.minimumRingSize", "CorsPolicy.allowOrigin",
        "Delay.exponentialDelay", "Delay.percent", "HTTPRoute.mirror", "HTTPRoute.mirrorPercent",
        "HTTPRoute.mirrorPercentage", "OutlierDetection.consecutiveErrors", "object.status",
      ]
    )
  }

  // MARK: Collecting

  private static func collect(_ type: FieldType, into names: inout Set<String>) {
    switch type {
    case .object(let schema):
      for field in schema.fields {
        names.insert("\(schema.name).\(field.name)")
        collect(field.type, into: &names)
      }
    case .list(let element), .map(let element):
      collect(element, into: &names)
    default:
      break
    }
  }

  private static func collect(_ node: YAMLNode, _ type: FieldType, into names: inout Set<String>) {
    switch type {
    case .object(let schema):
      for child in node.fields {
        guard let field = schema.field(child.name) else { continue }
        names.insert("\(schema.name).\(field.name)")
        collect(child.value, field.type, into: &names)
      }
    case .list(let element):
      for child in node.elements { collect(child, element, into: &names) }
    case .map(let element):
      for child in node.fields { collect(child.value, element, into: &names) }
    default:
      break
    }
  }
}
