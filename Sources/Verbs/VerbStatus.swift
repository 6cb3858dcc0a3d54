/// How a verb ended: the raw values are exit codes, as `docs/cli.md` lists them.
package enum VerbStatus: Int32, CaseIterable, Hashable, Sendable {
  case done = 0
  /// A difference was found, an expectation wasn't met, what was named isn't there, or somebody else
  /// changed the rules first.
  case conditionFalse = 1
  /// The verb can't run: no engine, no file, no storage.
  case failed = 2
  /// The files or rules that were given are wrong.
  case inputInvalid = 3
  /// At least one client refused what it was sent.
  case refusedByClient = 4
  /// What was waited for did not come in time.
  case timedOut = 5
  /// Flags and arguments make no sense together.
  case usage = 64
}

/// Why a verb did not do what it was asked to, with the status that it ends by.
package struct VerbError: Error, Hashable, Sendable, CustomStringConvertible {
  package var status: VerbStatus
  /// One sentence, or several lines.
  package var message: String

  package init(_ status: VerbStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  package var description: String { message }
}
