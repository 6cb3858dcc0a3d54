import MeshModel
import Testing

@Suite("Rules that change in their source")
struct MergingTests {
  private func rule(_ name: String, to subset: String) -> VirtualService {
    VirtualService(
      name: ResourceName(name: name),
      hosts: [name],
      http: [
        HTTPRoute(destinations: [
          RouteDestination(host: name, subset: subset, weight: Weight(clamping: 1))
        ])
      ]
    )
  }

  private func rules(_ services: VirtualService...) -> MeshRules {
    MeshRules(virtualServices: services)
  }

  @Test("leave the operator's edits of other objects alone")
  func unrelated() {
    let old = rules(rule("a", to: "v1"))
    let edited = rules(rule("a", to: "v2"))
    let new = rules(rule("a", to: "v1"), rule("shop", to: "v1"))
    let (merged, overridden) = edited.merging(from: old, to: new)
    #expect(merged == rules(rule("a", to: "v2"), rule("shop", to: "v1")))
    #expect(overridden.isEmpty)
    #expect(new.changes(since: old) == ["VirtualService shop added"])
  }

  @Test("replace the operator's edits of the objects that changed, and say so")
  func overridden() {
    let old = rules(rule("a", to: "v1"), rule("b", to: "v1"))
    let edited = rules(rule("a", to: "v2"), rule("b", to: "v1"))
    let new = rules(rule("a", to: "v3"), rule("b", to: "v3"))
    let (merged, overridden) = edited.merging(from: old, to: new)
    #expect(merged == new)
    #expect(overridden == [ResourceName(name: "a")])
    #expect(
      new.changes(since: old) == ["VirtualService a changed", "VirtualService b changed"]
    )
  }

  @Test("take away what they no longer have, and keep what only the operator made")
  func removed() {
    let old = rules(rule("a", to: "v1"), rule("b", to: "v1"))
    let edited = rules(rule("a", to: "v1"), rule("b", to: "v2"), rule("mine", to: "v1"))
    let (merged, overridden) = edited.merging(from: old, to: rules(rule("a", to: "v1")))
    #expect(merged == rules(rule("a", to: "v1"), rule("mine", to: "v1")))
    #expect(overridden.isEmpty)
    #expect(rules().changes(since: old).count == 2)
  }
}
