#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How a child ended.
package enum ExitReason: Hashable, Sendable, CustomStringConvertible {
  case exited(code: Int32, lastLine: String?)
  case signaled(Int32, lastLine: String?)
  case notStarted(String)

  /// One line, such as `exited with code 3: port 20000 is taken` or `killed by signal 9 (SIGKILL)`.
  package var description: String {
    switch self {
    case .exited(let code, let line):
      "exited with code \(code)\(ExitReason.suffix(line))"
    case .signaled(let signal, let line):
      "killed by signal \(signal)\(ExitReason.name(of: signal))\(ExitReason.suffix(line))"
    case .notStarted(let why):
      "could not be started: \(why)"
    }
  }

  private static func suffix(_ line: String?) -> String {
    line.map { ": \($0)" } ?? ""
  }

  private static func name(of signal: Int32) -> String {
    names[signal].map { " (\($0))" } ?? ""
  }

  private static let names: [Int32: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL",
    SIGUSR1: "SIGUSR1", SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE",
    SIGALRM: "SIGALRM", SIGTERM: "SIGTERM",
  ]
}
