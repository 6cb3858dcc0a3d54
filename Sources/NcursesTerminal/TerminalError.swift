/// Why a terminal can't be drawn on, in one sentence for the operator.
package struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    case notATerminal
    case termUnset
    /// This machine's terminfo has no entry for it.
    case termUnknown
    /// It can't place its cursor.
    case termDumb
    /// This process has a screen open already.
    case busy
    case failed
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
