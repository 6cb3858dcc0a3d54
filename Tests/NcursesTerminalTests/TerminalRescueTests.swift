import TerminalUI
import Testing

@testable import NcursesTerminal

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Each test ends a process of its own while its screen is up, and looks at the terminal it leaves.
@Suite("A terminal whose program ends without closing it", .timeLimit(.minutes(1)))
struct TerminalRescueTests {
  private static let cursorAndNormalScreen = "\u{1B}[?12l\u{1B}[?25h\u{1B}[?1049l"

  private let pty: PseudoTerminal
  private let modes: PseudoTerminal.Modes

  init() throws {
    pty = try PseudoTerminal()
    modes = pty.modes
  }

  @Test("is given back at a Swift trap, and what the trap says is printed after the screen is gone")
  func trap() async {
    await #expect(processExitsWith: .failure) { [path = pty.path as String] in
      let terminal = try openScreen(on: path)
      withExtendedLifetime(terminal) { fatalError("weir has a bug") }
    }
    expectGivenBack()
    #expect(pty.sees("weir has a bug"))
    let parts = pty.text.split(separator: Self.cursorAndNormalScreen)
    #expect(parts.first?.contains("bug") == false && parts.last?.contains("bug") == true)
  }

  @Test("is given back at a write to nowhere, and the process dies of that signal")
  func badAccess() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) { [path = pty.path as String] in
      let terminal = try openScreen(on: path)
      _ = withExtendedLifetime(terminal) { raise(SIGSEGV) }
    }
    expectGivenBack()
  }

  @Test("is given back at exit")
  func exits() async {
    await #expect(processExitsWith: .exitCode(3)) { [path = pty.path as String] in
      let terminal = try openScreen(on: path)
      withExtendedLifetime(terminal) { exit(3) }
    }
    expectGivenBack()
  }

  @Test("is given back when nobody heeds three requests to end")
  func impatience() async {
    await #expect(processExitsWith: .signal(SIGTERM)) { [path = pty.path as String] in
      let terminal = try openScreen(on: path)
      withExtendedLifetime(terminal) {
        // Requests that come at the same moment count as one.
        for _ in 1...500 {
          kill(getpid(), SIGTERM)
          usleep(20_000)
        }
      }
    }
    expectGivenBack()
  }

  private func expectGivenBack() {
    #expect(pty.sees(Self.cursorAndNormalScreen))
    #expect(pty.modes == modes)
  }
}

/// Opens a screen on a terminal's path with a frame on it, messages kept.
private func openScreen(on path: String) throws -> NcursesTerminal {
  let descriptor = open(path, O_RDWR | O_NOCTTY)
  dup2(descriptor, STDERR_FILENO)
  let terminal = try NcursesTerminal(
    NcursesTerminal.Options(
      input: descriptor,
      output: descriptor,
      term: "xterm-256color",
      locale: "C.UTF-8"
    )
  )
  terminal.show(Frame("up"))
  return terminal
}
