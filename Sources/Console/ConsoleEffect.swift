package import MeshModel

/// What the console wants done; the program does it and answers with messages.
package enum ConsoleEffect: Hashable, Sendable {
  /// Makes a new revision of the rules; answered by a picture or ``ConsoleMessage/actionFailed(_:)``.
  case apply(RuleEdit)
  case undo
  case redo
  /// Makes the content of an earlier revision the newest; answered as ``apply(_:)`` is.
  case rollback(to: UInt64)
  /// Wants something from the engine that is in no picture; answered by
  /// ``ConsoleMessage/answer(_:to:)``, or not at all where a newer question of the kind came meanwhile.
  case ask(EngineQuestion)
  /// Lets only calls through that hold each of these words, and none that stands after a `!`; an
  /// empty text lets all through.
  case setCallFilter(String)
  /// Draws every cell anew, because something else wrote to the terminal.
  case redraw
  case quit
}
