/// Something that happened to a child.
package enum ChildEvent: Hashable, Sendable {
  case started(processID: Int)
  /// It said that it is ready.
  case ready(ReadyLine)
  /// It ended, and is started again after the delay in milliseconds.
  case died(ExitReason, restartInMilliseconds: UInt64)
  /// It ended because it was told to, for good.
  case stopped(ExitReason)
}
