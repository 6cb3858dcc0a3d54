#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension NcursesTerminal {
  package struct Options: Hashable, Sendable {
    /// Whether colours are used where the terminal has them.
    package var colors: Bool
    package var input: Int32
    package var output: Int32
    /// Where stray messages go: kept while the screen is up and printed after it, if it is a
    /// terminal; nil to leave it alone.
    package var error: Int32?
    /// The name of the terminal's entry in terminfo.
    package var term: String?
    /// The locale that names the terminal's encoding; empty for the environment's.
    package var locale: String
    /// The shortest time from draw to draw.
    package var drawInterval: Duration

    /// Creates options; those left out follow the standard streams and the environment.
    ///
    /// A `colors` that is given counts more than the environment's `NO_COLOR`.
    package init(
      colors: Bool? = nil,
      input: Int32 = STDIN_FILENO,
      output: Int32 = STDOUT_FILENO,
      error: Int32? = STDERR_FILENO,
      term: String? = Options.environment("TERM"),
      locale: String = "",
      drawInterval: Duration = .nanoseconds(33_333_333)
    ) {
      self.colors = colors ?? Options.wantsColors(noColor: Options.environment("NO_COLOR"))
      self.input = input
      self.output = output
      self.error = error
      self.term = term
      self.locale = locale
      self.drawInterval = drawInterval
    }

    /// By the convention of no-color.org, an empty `NO_COLOR` counts as none.
    static func wantsColors(noColor: String?) -> Bool {
      (noColor ?? "").isEmpty
    }

    /// A variable of the environment; nil where it is not set.
    package static func environment(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }
    }
  }
}
