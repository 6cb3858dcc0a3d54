import MeshPicture

/// The processes that the engine watches, as they were noted last.
struct ProcessTable: Sendable {
  private struct Key: Hashable {
    var kind: MeshEngine.ProcessKind
    var id: String
  }

  /// What a change means for the event log.
  struct Change: Sendable {
    var severity: EventPicture.Severity
    var text: String
  }

  private static let limit = 4_096

  private var processes: [Key: ProcessPicture] = [:]

  subscript(kind: MeshEngine.ProcessKind, id: String) -> ProcessPicture? {
    processes[Key(kind: kind, id: id)]
  }

  func ids(of kind: MeshEngine.ProcessKind) -> [String] {
    processes.keys.filter { $0.kind == kind }.map(\.id)
  }

  /// Notes how a process is now.
  ///
  /// - Returns: What there is to say of the change; nil where there is nothing.
  mutating func note(
    _ id: String,
    _ kind: MeshEngine.ProcessKind,
    _ picture: ProcessPicture
  ) -> Change? {
    let key = Key(kind: kind, id: id)
    var picture = picture
    picture.exitReason = picture.exitReason.printable(limit: TextLimit.title)
    let before = processes[key]
    guard before != nil || processes.count < ProcessTable.limit else { return nil }
    processes[key] = picture
    guard before?.state != picture.state else { return nil }
    return ProcessTable.change(from: before, to: picture)
  }

  private static func change(from before: ProcessPicture?, to now: ProcessPicture) -> Change? {
    switch now.state {
    case .starting:
      return nil
    case .running:
      let process = now.processID.map { " as process \($0)" } ?? ""
      if before == nil || now.restarts == 0 {
        return Change(severity: .info, text: "runs\(process)")
      }
      return Change(severity: .info, text: "runs again\(process), restart \(now.restarts)")
    case .dead:
      let reason = now.exitReason.isEmpty ? "ended" : now.exitReason
      let next = now.restartInMilliseconds.map { "; starts again in \($0) ms" } ?? ""
      return Change(severity: .error, text: "died: \(reason)\(next)")
    case .stopped:
      return Change(severity: .info, text: "stopped")
    }
  }
}
