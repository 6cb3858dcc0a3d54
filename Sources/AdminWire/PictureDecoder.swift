internal import AdminProtos
internal import MeshModel
package import MeshPicture

/// Makes pictures of the updates that a ``PictureEncoder`` sent.
package struct PictureDecoder: Sendable {
  private var last = MeshPicture.blank

  package init() {}

  /// The picture that an update leads to.
  ///
  /// - Throws: ``AdminWireError`` where it can't be understood; then no further update can be taken.
  package mutating func picture(
    _ update: AdminV1.PictureUpdate
  ) throws(AdminWireError) -> MeshPicture {
    last.time = Timestamp(microseconds: update.time)
    if update.hasFrame {
      last.mesh = update.frame.mesh
      last.xdsAddress = update.frame.xdsAddress
    }
    if update.hasRevision { last.revision = try RevisionPicture(update.revision) }
    if update.hasClocks { last.clocks = ClocksPicture(update.clocks) }
    if update.hasServices {
      try last.services.take(update.services) { (item, old) throws(AdminWireError) in
        try ServicePicture(item.service, since: old)
      }
    }
    if update.hasClients {
      try last.clients.take(update.clients) { (item, _) throws(AdminWireError) in
        try ClientPicture(item.client)
      }
    }
    if update.hasEndpoints {
      try last.endpoints.take(update.endpoints) { (item, _) throws(AdminWireError) in
        try EndpointPicture(item.endpoint)
      }
    }
    if update.hasCalls { try last.calls.take(update.calls) }
    if update.hasEvents {
      try last.events.take(update.events) { (item, _) throws(AdminWireError) in
        try EventPicture(item.event)
      }
    }
    return last
  }
}

extension CallsPicture {
  fileprivate mutating func take(_ wire: AdminV1.CallsChange) throws(AdminWireError) {
    filter = wire.filter
    matched = wire.matched
    total = wire.total
    dropped = wire.dropped
    try rows.take(wire) { (item, _) throws(AdminWireError) in try CallRow(item.row) }
  }
}
