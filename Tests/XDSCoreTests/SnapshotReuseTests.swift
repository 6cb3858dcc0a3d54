import MeshModel
import TestSupport
import Testing

@testable import XDSCore

@Suite("snapshots built from the ones before")
struct SnapshotReuseTests {
  @Test("are as if built anew, and stamps and versions change exactly with content")
  func sameAsFresh() {
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var previous = build(.random(&random))
      for revision in 2..<20 as Range<UInt64> {
        let mesh = Mesh.random(&random)
        let next = build(mesh, revision: revision, previous: previous)
        let fresh = build(mesh, revision: revision)
        #expect(next.storage.origins == fresh.storage.origins)
        #expect(next.notes == fresh.notes)
        for type in ResourceType.allCases {
          expectSame(type, next, fresh)
          expectChanges(type, from: previous, to: next)
        }
        previous = next
      }
    }
  }

  private func expectSame(_ type: ResourceType, _ next: Snapshot, _ fresh: Snapshot) {
    #expect(next.names(of: type) == fresh.names(of: type))
    for name in fresh.names(of: type) {
      #expect(next.resource(type, named: name) == fresh.resource(type, named: name))
    }
  }

  private func expectChanges(_ type: ResourceType, from old: Snapshot, to new: Snapshot) {
    var isChanged = false
    for name in Set(old.names(of: type)).union(new.names(of: type)) {
      let hasNewContent = old.resource(type, named: name) != new.resource(type, named: name)
      let hasNewStamp = old.storage.stamp(type, named: name) != new.storage.stamp(type, named: name)
      #expect(hasNewContent == hasNewStamp, "\(name)")
      isChanged = isChanged || hasNewContent
    }
    #expect((old.version(of: type) != new.version(of: type)) == isChanged)
  }

  @Test("another setting of load reports builds all anew")
  func loadReports() {
    let first = build(greeterMesh())
    let second = SnapshotBuilder(reportsLoad: true).build(
      mesh: greeterMesh(),
      profile: .grpc,
      boot: "b",
      revision: 2,
      previous: first
    )
    let cluster = Cluster(name: greeterCluster(), reportsLoad: true)
    #expect(second.resource(.cluster, named: greeterCluster()) == .cluster(cluster))
  }
}
