import ArgumentParser

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whether a console opens or lines are printed, and for how long.
struct DisplayOptions: ParsableArguments {
  enum Output: String, CaseIterable, ExpressibleByArgument {
    case lines, json
  }

  @Flag(help: "Print one line a second instead of opening the console.")
  var plain = false

  @Option(
    name: .shortAndLong,
    help: "What to print instead of opening the console: lines or json, one a second."
  )
  var output: Output?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a line is printed (default: 1s).", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--every") }
  )
  var every = DurationArgument(.seconds(1))

  @Option(
    name: .customLong("for"),
    parsing: .unconditional,
    help: ArgumentHelp("End after this long: 500ms, 10s, 2m.", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--for") }
  )
  var limit: DurationArgument?

  /// Whether lines are to be printed: they were asked for, or there is no terminal.
  var wantsLines: Bool {
    plain || output != nil || isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0
  }
}
