import MeshModel

extension TypeChannel {
  /// Where the client stands with each resource that it asks for or was sent.
  func statuses(_ view: ContentView) -> [ClientStatus.ResourceEntry] {
    held.standings(view, subscription).map { name, standing, stamp in
      ClientStatus.ResourceEntry(
        type: type,
        name: name,
        version: version(standing, stamp, view),
        state: state(standing, name),
        time: max(sent?.time, answerTime)
      )
    }
  }

  private func version(
    _ standing: HeldContent.Standing,
    _ stamp: UInt64,
    _ view: ContentView
  ) -> String {
    guard standing == .told else { return "" }
    return switch variant {
    case .stateOfTheWorld: sent?.version.description ?? ""
    case .delta: view.snapshot.storage.versionText(stamp)
    }
  }

  private func state(
    _ standing: HeldContent.Standing,
    _ name: String
  ) -> ClientStatus.ResourceEntry.State {
    switch standing {
    case .untold: .requested
    case .absent: .doesNotExist
    case .refused: .nacked(reason: refusal ?? "")
    case .told:
      switch (reply, variant) {
      case (nil, _): sent == nil ? .requested : .pending
      case (.nacked(let reason), .stateOfTheWorld): .nacked(reason: reason)
      case (.acked, _), (.nacked, .delta): .acked
      }
    }
  }
}

private func max(_ left: MonotonicTime?, _ right: MonotonicTime?) -> MonotonicTime? {
  guard let left, let right else { return left ?? right }
  return Swift.max(left, right)
}
