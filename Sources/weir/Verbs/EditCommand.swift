import ArgumentParser
import Foundation
import Verbs
import MeshModel

/// Edits an object in an editor.
struct EditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Opens an object's YAML in $VISUAL or $EDITOR, and applies what becomes of it."
  )

  @OptionGroup
  var object: ObjectArgument

  @Option(name: .shortAndLong, help: "The object's namespace.")
  var namespace = "default"

  @OptionGroup
  var author: AuthorOptions

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let key = try object.key(namespace: namespace)
    let verb = EditVerb(key: key, ticket: author.ticket(cause: "edit \(key.name)"))
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("weir-edit-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try await runVerbAlone { output in
      try await engine.withEngine { engine in
        try await verb.run(on: engine, output) { try await Self.edit($0, in: file) }
      }
    }
  }

  /// Lets the operator edit a text.
  ///
  /// - Throws: ``VerbError`` where the editor fails.
  private static func edit(_ text: String, in file: URL) async throws -> String {
    let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    let isMade = FileManager.default.createFile(
      atPath: file.path,
      contents: Data(text.utf8),
      attributes: mode
    )
    guard isMade else { throw VerbError(.failed, "can't write \(file.path)") }
    let environment = ProcessInfo.processInfo.environment
    let editor =
      ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
    // By a shell, as all programs do: the variable may hold flags.
    let status = system("\(editor) '\(file.path)'")
    guard status == 0 else { throw VerbError(.failed, "the editor \(editor) failed") }
    return try String(contentsOf: file, encoding: .utf8)
  }
}
