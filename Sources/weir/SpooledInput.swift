#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What stdin held, in a file of its own, so that it can be read as the other files are.
struct SpooledInput: Sendable {
  /// Why stdin can't be used.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Bytes of stdin that are taken; whoever reads the file refuses far smaller ones.
  private static let limit = 256 << 20

  let path: String

  /// Reads stdin to its end.
  ///
  /// - Throws: ``Failure`` where it can't be read or kept.
  init() throws {
    let suffix = "-stdin.yaml"
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(directory)/weir-XXXXXX\(suffix)".utf8CString)
    let file = mkstemps(&name, Int32(suffix.utf8.count))
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard file >= 0 else { throw Failure(doing: "keep stdin in \(directory)") }
    defer { close(file) }
    do {
      try Self.copy(to: file)
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Removes the file.
  func remove() {
    unlink(path)
  }

  private static func copy(to file: Int32) throws {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var total = 0
    while true {
      let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(doing: "read stdin") }
      if count == 0 { return }
      total += count
      guard total <= limit else { throw Failure(description: "stdin holds more than 256 MiB") }
      guard writeAll(buffer[..<count], to: file) else { throw Failure(doing: "keep stdin") }
    }
  }
}

extension SpooledInput.Failure {
  /// Says what failed, and why by the system's last error.
  fileprivate init(doing what: String) {
    description = "can't \(what): \(String(cString: strerror(errno)))"
  }
}
