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
    #if arch(x86_64)
    let signal = SIGILL
    #else
    let signal = SIGTRAP
    #endif
    await #expect(processExitsWith: .signal(signal)) { [path = pty.path as String] in
      let terminal = try openScreen(on: path)
      withExtendedLifetime(terminal) { fatalError("weir has a bug") }
    }
    expectGivenBack()
    #expect(pty.sees("weir crashed (signal \(signal))"))
    let parts = pty.text.split(separator: Self.cursorAndNormalScreen)
    #expect(parts.first?.contains("bug") == false)
    #expect(parts.last?.contains("Fatal error: weir has a bug") == true)
  }

  @Test(
    "is given back at a signal that ends the process, which dies of it at once",
    arguments: [
      (SIGSEGV, "weir crashed (signal 11)"), (SIGABRT, "weir crashed (signal 6)"),
      (SIGBUS, "weir crashed (signal \(SIGBUS))"), (SIGSYS, "weir crashed (signal \(SIGSYS))"),
      (SIGQUIT, "weir was ended (signal 3)"), (SIGUSR1, "weir was ended (signal \(SIGUSR1))"),
      (SIGALRM, "weir was ended (signal 14)"),
    ]
  )
  func signals(_ number: Int32, _ words: String) async throws {
    await #expect(processExitsWith: .signal(number)) {
      [path = pty.path as String, number = number as Int32] in
      // As the Swift runtime's backtracer does: a handler that keeps the process alive.
      let isCaughtAnyway = ![SIGUSR1, SIGALRM].contains(number)
      if isCaughtAnyway { signal(number) { _ in sleep(30) } }
      let terminal = try openScreen(on: path)
      withExtendedLifetime(terminal) {
        let now = "at=\(monotonicMilliseconds());"
        _ = write(STDERR_FILENO, now, now.utf8.count)
        kill(getpid(), number)
        sleep(30)
      }
    }
    let end = monotonicMilliseconds()
    expectGivenBack()
    #expect(pty.sees(words))
    let start = pty.text.split(separator: "at=").last?.split(separator: ";").first.map(String.init)
    let time = end - (try #require(start.flatMap(Int.init)))
    #expect(time < 5000, "it took \(time) ms")
  }

  @Test("does not keep the process alive where it takes nothing any more")
  func stuck() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) { [path = pty.path as String] in
      let terminal = try openScreen(on: path)
      withExtendedLifetime(terminal) {
        // More than the line holds; nobody reads it.
        let text = String(repeating: "stray ", count: 20_000)
        _ = write(STDERR_FILENO, text, text.utf8.count)
        kill(getpid(), SIGSEGV)
        sleep(30)
      }
    }
    #expect(pty.modes == modes)
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
    #expect(pty.text.contains("\u{1B}[?2004l"))
    #expect(pty.modes == modes)
  }
}

/// For two processes to compare.
private func monotonicMilliseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
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
