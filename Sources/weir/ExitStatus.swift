import ArgumentParser
import ExternalMesh

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Weir's exit codes, as `docs/cli.md` lists them.
enum ExitStatus {
  /// It can't run: a port is busy, there is no usable terminal.
  static let failure = ExitCode(2)

  /// Ended by a signal: 128 and its number, as shells report it.
  static func signal(_ number: Int32) -> ExitCode { ExitCode(128 + number) }
}

/// Runs the body; an error becomes a line on stderr and exit code 2, those of files a line each.
func reportingErrors(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let code as ExitCode {
    throw code
  } catch let error as ExternalMeshError {
    // Each line as compilers write theirs, so that editors find the places.
    writeAll("\(error)\n", to: STDERR_FILENO)
    printMessage("nothing was started, since the mesh's files can't be used")
    throw ExitStatus.failure
  } catch {
    printMessage("\(error)")
    throw ExitStatus.failure
  }
}

/// Prints one line to stderr, where messages go; stdout is for data.
func printMessage(_ text: String) {
  writeAll("weir: \(text)\n", to: STDERR_FILENO)
}

/// Writes all of a text to a file descriptor, as far as anyone takes it.
func writeAll(_ text: String, to descriptor: Int32) {
  _ = writeAll(Array(text.utf8)[...], to: descriptor)
}

/// Writes all of the bytes to a file descriptor; false where that fails, as `errno` tells.
func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
  var rest = bytes
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
