internal import AdminProtos
internal import MeshModel
package import MeshPicture

extension AdminV1.PictureRequest {
  package init(_ request: PictureRequest) {
    self.init()
    callFilter = request.callFilter
    callLimit = Int64(request.callLimit)
    interval = Int64(clamping: request.interval.nanoseconds)
  }
}

extension PictureRequest {
  package init(_ wire: AdminV1.PictureRequest) {
    self.init(
      callFilter: wire.callFilter,
      callLimit: Int(wire.callLimit),
      interval: .nanoseconds(wire.interval)
    )
  }
}

extension AdminV1.RevisionPicture {
  init(_ revision: RevisionPicture) {
    self.init()
    number = revision.number
    time = revision.time.microseconds
    title = revision.title
    canUndo = revision.canUndo
    canRedo = revision.canRedo
    findings = revision.findings.map(AdminV1.Finding.init)
    acked = Int64(revision.acked)
    nacked = Int64(revision.nacked)
    connected = Int64(revision.connected)
  }
}

extension RevisionPicture {
  init(_ wire: AdminV1.RevisionPicture) throws(AdminWireError) {
    self.init(
      number: wire.number,
      time: Timestamp(microseconds: wire.time),
      title: wire.title,
      canUndo: wire.canUndo,
      canRedo: wire.canRedo,
      findings: try wire.findings.mapped(Finding.init),
      acked: Int(wire.acked),
      nacked: Int(wire.nacked),
      connected: Int(wire.connected)
    )
  }
}

extension AdminV1.EventPicture {
  init(_ event: EventPicture) {
    self.init()
    time = event.time.microseconds
    source = event.source
    text = event.text
    severity =
      switch event.severity {
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
  }
}

extension EventPicture {
  init(_ wire: AdminV1.EventPicture) throws(AdminWireError) {
    let severity: Severity =
      switch wire.severity {
      case .info: .info
      case .warning: .warning
      case .error: .error
      case .unspecified, .UNRECOGNIZED: throw .missing("EventPicture.severity")
      }
    self.init(
      time: Timestamp(microseconds: wire.time),
      source: wire.source,
      text: wire.text,
      severity: severity
    )
  }
}

extension AdminV1.ClocksPicture {
  init(_ clocks: ClocksPicture) {
    self.init()
    revision = clocks.revision
    if let time = clocks.keyToPushed { keyToPushed = time }
    if let time = clocks.keyToFirstACK { keyToFirstAck = time }
    if let time = clocks.keyToAllACKs { keyToAllAcks = time }
    if let time = clocks.keyToFirstEffect { keyToFirstEffect = time }
    canShowEffect = clocks.canShowEffect
    isEffectHidden = clocks.isEffectHidden
  }
}

extension ClocksPicture {
  init(_ wire: AdminV1.ClocksPicture) {
    self.init(
      revision: wire.revision,
      keyToPushed: wire.hasKeyToPushed ? wire.keyToPushed : nil,
      keyToFirstACK: wire.hasKeyToFirstAck ? wire.keyToFirstAck : nil,
      keyToAllACKs: wire.hasKeyToAllAcks ? wire.keyToAllAcks : nil,
      keyToFirstEffect: wire.hasKeyToFirstEffect ? wire.keyToFirstEffect : nil,
      canShowEffect: wire.canShowEffect,
      isEffectHidden: wire.isEffectHidden
    )
  }
}
