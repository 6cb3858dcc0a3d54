import ArgumentParser
import Foundation
import MeshModel
import MeshPicture
import Verbs

/// Which engine a verb asks.
struct EngineClientOptions: ParsableArguments {
  /// The variable that stands for ``address``.
  static let variable = "WEIR_ENGINE"

  @Option(
    name: .customLong("engine"),
    help: ArgumentHelp(
      """
      The engine: its socket's path, or host:port (default: $\(EngineClientOptions.variable), else \
      the socket where weir serve has it).
      """,
      valueName: "address"
    )
  )
  var address: String?

  @OptionGroup(title: "An engine by TLS")
  var tls: ClientTLSOptions

  @Flag(
    name: .customLong("no-color"),
    help: "Use no colours; NO_COLOR does the same, and so does a stdout that is no terminal."
  )
  var noColor = false

  /// What was asked for by flag or environment; nil for the usual socket.
  var chosenAddress: String? {
    if let address { return address }
    let value = ProcessInfo.processInfo.environment[Self.variable] ?? ""
    return value.isEmpty ? nil : value
  }
}

/// Who changes the rules.
struct AuthorOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Who makes the change (default: the Unix user).", valueName: "name"))
  var author: String?

  @Option(
    help: ArgumentHelp(
      "Make the change only upon this revision: where another is the newest, it is a conflict.",
      valueName: "number"
    )
  )
  var revision: UInt64?

  /// What a change says of itself; `cause` is the verb as it was typed.
  func ticket(cause: String) -> ChangeTicket {
    ChangeTicket(author: author ?? NSUserName(), cause: cause, expected: revision)
  }
}

/// Objects in files.
struct FileOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .customLong("filename")],
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A YAML or JSON file, a directory of them, or - for stdin; may be repeated.",
      valueName: "path"
    )
  )
  var paths: [String] = []

  func validate() throws {
    guard paths.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("-f - is given twice; stdin can be read only once")
    }
  }

  /// - Throws: `ValidationError` where none is given.
  func requirePaths() throws {
    guard !paths.isEmpty else {
      throw ValidationError("want the objects' files: -f FILE, -f DIRECTORY or -f -")
    }
  }
}
