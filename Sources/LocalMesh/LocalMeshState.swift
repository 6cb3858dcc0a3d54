import MeshModel
import MeshPicture

/// What is known of the mesh's processes, by what happened to them.
struct LocalMeshState: Sendable {
  /// What changed by one event.
  struct Update: Hashable, Sendable {
    var picture: ProcessPicture
    /// nil where no workload came or went.
    var inventory: MeshInventory?
  }

  private let services: [MeshService]
  /// In the order of the plan.
  private let ids: [String]
  private var pictures: [String: ProcessPicture] = [:]
  private var workloads: [String: Workload] = [:]

  init(services: [MeshService], children: [ChildCommand]) {
    self.services = services
    ids = children.map(\.id)
  }

  /// The services, and the workloads that are ready.
  var inventory: MeshInventory {
    MeshInventory(services: services, workloads: ids.compactMap { workloads[$0] })
  }

  mutating func apply(_ event: ChildEvent, to child: ChildCommand) -> Update {
    let old = workloads[child.id]
    var picture = pictures[child.id] ?? ProcessPicture(state: .starting, restarts: -1)
    switch event {
    case .started(let processID):
      picture.state = .starting
      picture.processID = processID
      picture.restarts += 1
      picture.restartInMilliseconds = nil
    case .ready(let line):
      picture.state = .running
      workloads[child.id] = Workload(child, ready: line)
    case .died(let reason, let milliseconds):
      picture.state = .dead
      picture.processID = nil
      picture.exitReason = reason.description
      picture.restartInMilliseconds = milliseconds
      workloads[child.id] = nil
    case .stopped(let reason):
      picture.state = .stopped
      picture.processID = nil
      picture.exitReason = reason.description
      picture.restartInMilliseconds = nil
      workloads[child.id] = nil
    }
    pictures[child.id] = picture
    picture.restarts = max(0, picture.restarts)
    return Update(picture: picture, inventory: workloads[child.id] == old ? nil : inventory)
  }
}

extension Workload {
  /// A workload that says where it listens; nil for what is no workload or doesn't say.
  fileprivate init?(_ child: ChildCommand, ready: ReadyLine) {
    guard case .workload(var workload) = child.kind, let address = ready.address,
      let port = ready.port
    else { return nil }
    workload.address = address
    workload.port = port
    self = workload
  }
}
