package import MeshPicture
package import TerminalUI

/// Something that the console has to react to.
package enum ConsoleMessage: Hashable, Sendable {
  case key(Key)
  /// Text that was pasted in one go.
  case paste(String)
  case resized(Size)
  /// The engine's newest picture of the mesh.
  case picture(MeshPicture)
  /// The engine is out of reach, until the next picture; the sentence says why.
  case engineGone(String)
  /// What the engine says to a question that was asked by ``ConsoleEffect/ask(_:)``.
  case answer(EngineAnswer, to: EngineQuestion)
  /// An edit was refused; the sentence says why. It shows beside the rules until the next key.
  case actionFailed(String)
  /// Something that the operator should know, in one sentence; it shows until the next key.
  case notice(String)
}
