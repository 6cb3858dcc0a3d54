import ArgumentParser
import MeshModel
import MeshPicture
import SystemClock
import UnixSignals
import Verbs

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// That nobody reads what is written any more.
private struct ReaderGone: Error {}

/// Runs a verb: its data goes to stdout, its messages to stderr, and its status becomes the exit
/// code, as `docs/cli.md` lists them.
///
/// Ctrl-C and other signals end it with 128 and the signal's number.
func runVerb(_ body: @escaping @Sendable (VerbOutput) async throws -> VerbStatus) async throws {
  try await ending(by: {
    let ending = try await untilSignalled {
      let status = try await body(.standard)
      if status != .done { throw ExitCode(status.rawValue) }
    }
    if case .signalled(let signal) = ending { throw ExitStatus.signal(signal.rawValue) }
  })
}

/// Runs a verb that leaves signals to whom it starts, such as an editor.
func runVerbAlone(_ body: (VerbOutput) async throws -> VerbStatus) async throws {
  try await ending(by: {
    let status = try await body(.standard)
    if status != .done { throw ExitCode(status.rawValue) }
  })
}

/// Says what went wrong, and turns it into an exit code.
private func ending(by body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch is ReaderGone {
    // Whoever reads has seen enough: no failure of this program.
  } catch let code as ExitCode {
    throw code
  } catch let error as VerbError {
    printMessage(error.message)
    throw ExitCode(error.status.rawValue)
  } catch let error as EngineError {
    let error = error.verbError
    printMessage(error.message)
    throw ExitCode(error.status.rawValue)
  } catch {
    printMessage("\(error)")
    throw ExitStatus.failure
  }
}

extension EngineClientOptions {
  /// Whether data may have colours: for people at a terminal who didn't say no.
  var hasColors: Bool {
    let isUnwanted = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    return !noColor && !isUnwanted && isatty(STDOUT_FILENO) != 0
  }
}

extension VerbOutput {
  /// stdout for data, stderr for messages.
  static var standard: VerbOutput {
    let lines = LineOutput(descriptor: STDOUT_FILENO)
    // A reader that goes away is told by the write, not by a signal.
    signal(SIGPIPE, SIG_IGN)
    return VerbOutput(
      onData: { line in
        guard try await lines.write(line) else { throw ReaderGone() }
      },
      onMessage: { writeAll("\($0)\n", to: STDERR_FILENO) },
      now: { .now() }
    )
  }
}
