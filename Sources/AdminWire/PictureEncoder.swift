internal import AdminProtos
internal import MeshModel
package import MeshPicture

/// Turns one viewer's pictures into updates that tell only what changed.
///
/// Every update has to reach the viewer's ``PictureDecoder``, in order; pictures that the encoder
/// never saw may be left out.
package struct PictureEncoder: Sendable {
  private var last = MeshPicture.blank

  package init() {}

  /// The update that makes the viewer's last picture this one.
  ///
  /// Costs a comparison of the two, and the encoding of what differs.
  package mutating func update(to picture: MeshPicture) -> AdminV1.PictureUpdate {
    defer { last = picture }
    var update = AdminV1.PictureUpdate()
    update.time = picture.time.microseconds
    if (picture.mesh, picture.xdsAddress) != (last.mesh, last.xdsAddress) {
      update.frame.mesh = picture.mesh
      update.frame.xdsAddress = picture.xdsAddress
    }
    if picture.revision != last.revision { update.revision = .init(picture.revision) }
    if picture.clocks != last.clocks { update.clocks = .init(picture.clocks) }
    if let change = AdminV1.ServicesChange(from: last.services, to: picture.services) {
      update.services = change
    }
    if let change = AdminV1.ClientsChange(from: last.clients, to: picture.clients) {
      update.clients = change
    }
    if let change = AdminV1.EndpointsChange(from: last.endpoints, to: picture.endpoints) {
      update.endpoints = change
    }
    if picture.calls != last.calls { update.calls = .init(picture.calls, since: last.calls) }
    if let change = AdminV1.EventsChange(from: last.events, to: picture.events) {
      update.events = change
    }
    return update
  }
}

extension MeshPicture {
  /// What both ends of a stream begin with.
  static let blank = MeshPicture(
    mesh: "",
    time: .zero,
    revision: RevisionPicture(number: 0, time: .zero, title: "")
  )
}

extension AdminV1.ServicesChange {
  fileprivate init?(from old: [ServicePicture], to new: [ServicePicture]) {
    self.init(
      from: old,
      to: new,
      shift: { ListShift(of: $0, $1) { ($0.host, $0.port) == ($1.host, $1.port) } },
      write: { item, element, old in item.service = .init(element, since: old) }
    )
  }
}

extension AdminV1.ClientsChange {
  fileprivate init?(from old: [ClientPicture], to new: [ClientPicture]) {
    self.init(
      from: old,
      to: new,
      shift: { ListShift(of: $0, $1) { $0.name == $1.name } },
      write: { item, element, _ in item.client = .init(element) }
    )
  }
}

extension AdminV1.EndpointsChange {
  fileprivate init?(from old: [EndpointPicture], to new: [EndpointPicture]) {
    self.init(
      from: old,
      to: new,
      shift: { ListShift(of: $0, $1) { $0.id == $1.id } },
      write: { item, element, _ in item.endpoint = .init(element) }
    )
  }
}

extension AdminV1.EventsChange {
  fileprivate init?(from old: [EventPicture], to new: [EventPicture]) {
    self.init(
      from: old,
      to: new,
      shift: { ListShift(ofLog: $0, $1) { $0 == $1 } },
      write: { item, element, _ in item.event = .init(element) }
    )
  }
}

extension AdminV1.CallsChange {
  fileprivate init(_ calls: CallsPicture, since old: CallsPicture) {
    let rows = AdminV1.CallsChange(
      from: old.rows,
      to: calls.rows,
      shift: { ListShift(ofLog: $0, $1) { $0.sequence == $1.sequence } },
      write: { item, element, _ in item.row = .init(element) }
    )
    self = rows ?? .init()
    filter = calls.filter
    matched = calls.matched
    total = calls.total
    dropped = calls.dropped
  }
}
