import MeshModel
import Testing

@Suite("Edits of whole objects")
struct ObjectEditTests {
  private static func rule(_ name: String, host: String) -> MeshObject {
    .destinationRule(DestinationRule(name: ResourceName(name: name), host: host, subsets: []))
  }

  private static func key(_ name: String) -> MeshObjectKey {
    MeshObjectKey(kind: .destinationRule, name: ResourceName(name: name))
  }

  @Test("put each in its place, or at the end, the last of a name winning")
  func apply() throws {
    let edit = RuleEdit.applyObjects([
      Self.rule("new", host: "a"), Self.rule(Walkthrough.name.name, host: "b"),
      Self.rule("new", host: "c"),
    ])
    let rules = try Walkthrough.start.applying(edit)
    #expect(rules.destinationRules.map(\.name.name) == [Walkthrough.name.name, "new"])
    #expect(rules.destinationRules.map(\.host) == ["b", "c"])
    #expect(rules.virtualServices == Walkthrough.start.virtualServices)
    let title = edit.title(in: Walkthrough.start)
    #expect(title == "DestinationRule dubbo-go-server changed, DestinationRule new added")
    #expect(edit.title(in: rules) == "nothing changed")
  }

  @Test("delete what is there, and say what isn't")
  func delete() throws {
    let rules = try Walkthrough.start.applying(
      .applyObjects(["a", "b", "c"].map { Self.rule($0, host: $0) })
    )
    let left = try rules.applying(.deleteObjects([Self.key("b"), Self.key("a")]))
    #expect(left.destinationRules.map(\.name.name) == [Walkthrough.name.name, "c"])
    let error = #expect(throws: MeshConfigError.self) {
      try rules.applying(.deleteObjects([Self.key("a"), Self.key("d")]))
    }
    #expect(error?.code == .objectNotFound && error?.message.contains("default/d") == true)
  }

  @Test("replace ten thousand of them at once, and delete them")
  func many() throws {
    let objects = (0..<10_000).map { Self.rule("rule-\($0)", host: "host-\($0)") }
    let rules = try MeshRules().applying(.applyObjects(objects))
    #expect(try rules.applying(.applyObjects(objects.reversed())) == rules)
    #expect(try rules.applying(.deleteObjects(objects.map(\.key))) == MeshRules())
  }
}
