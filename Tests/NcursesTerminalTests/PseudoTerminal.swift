import TerminalUI
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Both ends of a terminal that exists only for a test: the program's, and the one that sees what it
/// draws and types.
final class PseudoTerminal {
  /// The program's end, opened.
  let terminal: Int32
  /// The program's end, by name, for another process.
  let path: String
  private var viewer: Int32
  private(set) var seen: [UInt8] = []

  init(size: Size = Size(columns: 40, rows: 10)) throws {
    viewer = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    path = try PseudoTerminal.unlock(viewer)
    terminal = open(path, O_RDWR | O_NOCTTY)
    try #require(terminal >= 0)
    for descriptor in [viewer, terminal] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    resize(to: size)
  }

  deinit {
    hangUp()
    _ = close(terminal)
  }

  /// All that was written to the terminal, as text.
  var text: String { String(decoding: seen, as: UTF8.self) }

  var modes: Modes {
    var modes = termios()
    tcgetattr(terminal, &modes)
    return Modes(input: modes.c_iflag, output: modes.c_oflag, local: modes.c_lflag)
  }

  func resize(to size: Size) {
    var window = winsize()
    window.ws_row = UInt16(size.rows)
    window.ws_col = UInt16(size.columns)
    _ = ioctl(viewer, UInt(TIOCSWINSZ), &window)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(viewer, bytes, bytes.count)
  }

  func hangUp() {
    guard viewer >= 0 else { return }
    _ = close(viewer)
    viewer = -1
  }

  func forget() { seen = [] }

  /// Reads what is written until it holds a text; false where it does not within the time.
  func sees(_ text: String, within time: Duration = .seconds(10)) -> Bool {
    reads(within: time) { self.text.contains(text) }
  }

  /// Reads what is written until a condition holds, at most so long.
  func reads(within time: Duration, until isDone: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + time
    while !isDone() {
      let left = deadline - .now
      guard left > .zero else { return false }
      var watched = pollfd(fd: viewer, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(viewer, &buffer, buffer.count)
      guard count > 0 else { return isDone() }
      seen += buffer[..<count]
    }
    return true
  }

  /// Makes the program's end usable, and says its name.
  private static func unlock(_ viewer: Int32) throws -> String {
    #if canImport(Darwin)
    try #require(viewer >= 0 && grantpt(viewer) == 0 && unlockpt(viewer) == 0)
    return String(cString: try #require(ptsname(viewer)))
    #else
    // Swift doesn't see posix_openpt and its kin on Linux: TIOCSPTLCK and TIOCGPTN.
    var lock: Int32 = 0
    var number: Int32 = 0
    try #require(ioctl(viewer, 0x4004_5431, &lock) == 0)
    try #require(ioctl(viewer, 0x8004_5430, &number) == 0)
    return "/dev/pts/\(number)"
    #endif
  }

  struct Modes: Equatable {
    var input: UInt32
    var output: UInt32
    var local: UInt32
  }
}

/// `close`, where a test has a method of that name.
func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

extension Frame {
  /// A frame that takes a long text to draw: no cell looks like its neighbour.
  init(checkered size: Size) {
    self.init(size: size)
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let isOdd = (row + column).isMultiple(of: 2)
        let style = isOdd ? Style(foreground: .green, background: .red) : .plain
        self[Point(column: column, row: row)] = Cell(character: isOdd ? "x" : "y", style: style)
      }
    }
  }

  /// A frame that holds one line at the top.
  init(_ line: String, style: Style = .plain, size: Size = Size(columns: 40, rows: 10)) {
    self.init(size: size)
    for (column, character) in line.enumerated() {
      self[Point(column: column, row: 0)] = Cell(character: character, style: style)
    }
  }
}
