internal import RuleFiles

/// Looks at files again and again, and reads them when they changed.
///
/// It compares stamps instead of asking the kernel for events: that sees files that are replaced,
/// mounted, linked or not there yet, everywhere alike.
struct FileWatch: Sendable {
  /// Rounds after which files are read that never keep still.
  private static let patience = 20

  let paths: [String]
  let pollInterval: Duration
  let settleTime: Duration

  /// Reads the files at once, and whenever they changed, until cancelled.
  func run(_ onRead: (MeshFiles) -> Void) async {
    var last: FileListing?
    while !Task.isCancelled {
      if FileListing(paths: paths) != last {
        guard let listing = await settled() else { return }
        onRead(listing.read())
        last = listing
        // What changed while it was read is seen by the next look: the stamps are older.
      }
      try? await Task.sleep(for: pollInterval)
    }
  }

  /// Waits until two looks, the settle time apart, see the same; nil where cancelled.
  private func settled() async -> FileListing? {
    var listing = FileListing(paths: paths)
    for _ in 0..<Self.patience {
      do { try await Task.sleep(for: settleTime) } catch { return nil }
      let next = FileListing(paths: paths)
      if next == listing { break }
      listing = next
    }
    return listing
  }
}
