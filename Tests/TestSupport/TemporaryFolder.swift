internal import Foundation

/// A folder of its own for a test, where the system keeps what is temporary.
package struct TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    // Short, since the path of a Unix socket in it has to be.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-XXXXXX")
    var template = Array(folder.path.utf8CString)
    guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Gives the body a folder, and removes it after.
  package static func with(_ body: (TemporaryFolder) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await body(folder)
  }

  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes into the file that is there, as a shell's `>` does.
  package func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// Writes another file and gives it the name, as editors do; returns its path.
  @discardableResult
  package func replace(_ name: String, with text: String) throws -> String {
    try write(text, to: ".\(name).new")
    guard rename(path(".\(name).new"), path(name)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    return path(name)
  }

  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(name))
  }

  /// Removes it with all that is in it.
  package func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
