internal import AdminProtos
internal import MeshModel
package import MeshPicture

extension AdminV1.RevisionSummary {
  package init(_ summary: RevisionSummary) {
    self.init()
    number = summary.number
    time = summary.time.microseconds
    title = summary.title
    author = summary.author
    cause = summary.cause
  }
}

extension RevisionSummary {
  package init(_ wire: AdminV1.RevisionSummary) {
    self.init(
      number: wire.number,
      time: Timestamp(microseconds: wire.time),
      title: wire.title,
      author: wire.author,
      cause: wire.cause
    )
  }
}

extension AdminV1.Revision {
  package init(_ revision: Revision) {
    self.init()
    summary = .init(revision.summary)
    rules = .init(revision.rules)
  }
}

extension Revision {
  package init(_ wire: AdminV1.Revision) throws(AdminWireError) {
    let summary = RevisionSummary(wire.summary)
    self.init(
      number: summary.number,
      rules: try MeshRules(wire.rules),
      time: summary.time,
      title: summary.title,
      author: summary.author,
      cause: summary.cause
    )
  }
}

extension AdminV1.Identity {
  package init(_ identity: EngineIdentity) {
    self.init()
    version = identity.version
    mesh = identity.mesh
    processID = Int64(identity.processID)
    started = identity.started.microseconds
    boot = identity.boot
    revision = identity.revision
    xdsAddress = identity.xdsAddress
    store = identity.store
  }
}

extension EngineIdentity {
  package init(_ wire: AdminV1.Identity) {
    self.init(
      version: wire.version,
      mesh: wire.mesh,
      processID: Int(wire.processID),
      started: Timestamp(microseconds: wire.started),
      boot: wire.boot,
      revision: wire.revision,
      xdsAddress: wire.xdsAddress,
      store: wire.store
    )
  }
}
