/// The thread that works for a stream, so that a publication reaches all of its streams in one visit
/// rather than by a wake each.
struct StreamGroup: Sendable {
  /// Equal for the streams of one thread.
  let id: ObjectIdentifier
  /// Runs a closure on the thread, soon.
  let execute: @Sendable (_ body: @escaping @Sendable () -> Void) -> Void
}
