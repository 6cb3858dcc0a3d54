import CNcurses
import TerminalUI

/// A terminal taken over by ncurses; given back at the end of its life.
///
/// It lives and dies on one thread.
struct Screen: ~Copyable {
  private let handle: OpaquePointer

  init(_ options: NcursesTerminal.Options) throws(TerminalError) {
    guard let term = options.term, !term.isEmpty else { throw TerminalError.termUnset }
    var handle: OpaquePointer?
    let result = weir_screen_open(
      term,
      weir_open_options(
        input: options.input,
        output: options.output,
        error: options.error ?? -1,
        wants_colors: options.colors
      ),
      &handle
    )
    guard let handle, result == WEIR_OPEN_OK else {
      throw TerminalError(result, term: term)
    }
    self.handle = handle
  }

  deinit {
    weir_screen_close(handle)
  }

  var colors: Int { Int(weir_screen_colors(handle)) }

  var size: Size {
    Size(columns: Int(weir_screen_columns(handle)), rows: Int(weir_screen_rows(handle)))
  }

  /// Waits for something to do, and says what; at most so long, nil for ever.
  func wait(atMost timeout: Duration?, watchesInput: Bool) -> Wake {
    let milliseconds: Int32 =
      if let timeout {
        // Rounded up: too early is one turn of the loop for nothing.
        Int32(
          clamping: max(
            0,
            timeout.components.seconds * 1_000 + timeout.components.attoseconds
              / 1_000_000_000_000_000 + 1
          )
        )
      } else {
        -1
      }
    return Wake(rawValue: weir_screen_wait(handle, milliseconds, watchesInput))
  }

  /// The next byte or key that is there already; nil where there is none.
  func read() -> Int32? {
    let code = weir_screen_read(handle)
    return code == Int32(WEIR_KEY_NONE) ? nil : code
  }

  var hasInput: Bool { weir_screen_pending_input(handle) > 0 }

  /// Asks the terminal for its size; says whether it changed.
  func updateSize() -> Bool { weir_screen_update_size(handle) }

  func erase() { weir_screen_erase(handle) }

  /// Puts a character on the next frame, one or two columns wide.
  func put(_ cell: Cell, at point: Point, width: Int) {
    let style = weir_style(cell.style)
    if let byte = cell.character.asciiValue {
      var scalar = UInt32(byte)
      weir_screen_put(handle, Int32(point.row), Int32(point.column), &scalar, 1, 1, style)
      return
    }
    let scalars = cell.character.unicodeScalars.prefix(8).map(\.value)
    weir_screen_put(
      handle,
      Int32(point.row),
      Int32(point.column),
      scalars,
      Int32(scalars.count),
      Int32(width),
      style
    )
  }

  func flush(cursor: Point?) {
    weir_screen_flush(handle, Int32(cursor?.row ?? -1), Int32(cursor?.column ?? 0))
  }

  func redrawAll() { weir_screen_redraw(handle) }

  /// Stops the process, as ctrl-z does; returns when it continues.
  func suspend() { weir_screen_suspend(handle) }
}

/// What ended a wait.
struct Wake: OptionSet, Sendable {
  static let input = Wake(rawValue: Int32(WEIR_WAKE_INPUT))
  static let called = Wake(rawValue: Int32(WEIR_WAKE_CALLED))
  static let hangUp = Wake(rawValue: Int32(WEIR_WAKE_HANGUP))

  let rawValue: Int32
}

extension weir_style {
  fileprivate init(_ style: Style) {
    self.init(
      foreground: style.foreground.ncursesColor,
      background: style.background.ncursesColor,
      is_bold: style.isBold,
      is_dim: style.isDim,
      is_reverse: style.isReverse,
      is_underlined: style.isUnderlined
    )
  }
}

extension Color {
  fileprivate var ncursesColor: Int8 {
    switch self {
    case .standard: -1
    case .black: 0
    case .red: 1
    case .green: 2
    case .yellow: 3
    case .blue: 4
    case .magenta: 5
    case .cyan: 6
    case .white: 7
    }
  }
}

extension TerminalError {
  fileprivate static let termUnset = TerminalError(
    .termUnset,
    "TERM is not set; set it to the terminal's name, such as xterm-256color, or use --plain"
  )

  fileprivate init(_ result: weir_open_result, term: String) {
    let way = "set TERM to one it knows, such as xterm-256color, or use --plain"
    switch result {
    case WEIR_OPEN_NOT_A_TERMINAL:
      self.init(.notATerminal, "standard input or output is not a terminal; use --plain")
    case WEIR_OPEN_TERM_UNKNOWN:
      let term = term.debugDescription
      self.init(
        .termUnknown,
        "TERM is \(term), which this machine's terminfo does not know; \(way)"
      )
    case WEIR_OPEN_TERM_DUMB:
      let term = term.debugDescription
      self.init(
        .termDumb,
        "TERM is \(term), which can't place its cursor; "
          + "set TERM to one that can, such as xterm-256color, or use --plain"
      )
    case WEIR_OPEN_BUSY:
      self.init(.busy, "this process already has a screen open; close it first")
    default:
      self.init(.failed, "the terminal can't be opened (out of descriptors or memory); use --plain")
    }
  }
}
