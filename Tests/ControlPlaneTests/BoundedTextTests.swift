import Testing
import XDSCore

@testable import ControlPlane

@Suite("Text from outside")
struct BoundedTextTests {
  @Test(
    "is cut where a scalar ends",
    arguments: [
      ("weir", 10, "weir"), ("weir", 4, "weir"), ("weir", 3, "wei"), ("weir", 0, ""),
      ("aéb", 2, "a"), ("aéb", 3, "aé"), ("🦦🦦", 7, "🦦"), ("🦦", 3, ""),
    ]
  )
  func prefix(text: String, count: Int, wanted: String) {
    #expect(text.prefix(utf8Bytes: count) == wanted)
  }

  @Test("of a node is cut in each part, and its maps keep the same entries each time")
  func node() {
    let long = String(repeating: "x", count: 9_999)
    let many = Dictionary(uniqueKeysWithValues: (100..<300).map { ("k\($0)", long) })
    let node = Node(
      id: long,
      cluster: long,
      userAgentName: long,
      userAgentVersion: long,
      clientFeatures: Array(repeating: long, count: 100),
      metadata: many,
      labels: [long: "v", "app": "a"]
    ).bounded(by: .init())
    #expect(node.id.utf8.count == 256)
    #expect(node.cluster.utf8.count == 256)
    #expect(node.userAgentName.utf8.count == 256)
    #expect(node.userAgentVersion.utf8.count == 256)
    #expect(node.clientFeatures.count == 64)
    #expect(node.clientFeatures.allSatisfy { $0.utf8.count == 256 })
    #expect(node.metadata.keys.sorted() == (100..<164).map { "k\($0)" })
    #expect(node.metadata.values.allSatisfy { $0.utf8.count == 4_096 })
    #expect(node.labels == ["app": "a"])
  }
}
