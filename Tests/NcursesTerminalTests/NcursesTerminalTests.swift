import TerminalUI
import Testing

@testable import NcursesTerminal

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// ncurses is one to a process, and so are signal handlers.
@Suite("A terminal through ncurses", .serialized, .timeLimit(.minutes(1)))
struct NcursesTerminalTests {
  private static let normalScreen = "\u{1B}[?1049l"

  private let pty: PseudoTerminal

  init() throws {
    pty = try PseudoTerminal()
  }

  private func open(
    term: String? = "xterm-256color",
    locale: String = "C.UTF-8",
    colors: Bool = true,
    error: Int32? = nil
  ) throws -> NcursesTerminal {
    try NcursesTerminal(
      NcursesTerminal.Options(
        colors: colors,
        input: pty.terminal,
        output: pty.terminal,
        error: error,
        term: term,
        locale: locale
      )
    )
  }

  @Test("draws a frame, then only what changed")
  func draws() throws {
    let terminal = try open()
    defer { terminal.close() }
    terminal.show(Frame("weight 90"))
    #expect(pty.sees("weight 90") && pty.sees("\u{1B}[?2026l"))
    pty.forget()
    terminal.show(Frame("weight 80"))
    #expect(pty.sees("8") && pty.sees("\u{1B}[?2026l"))
    #expect(!pty.text.contains("weight") && pty.seen.count < 40)
  }

  @Test("writes nothing for a frame that is there already")
  func drawsNothing() throws {
    let terminal = try open()
    defer { terminal.close() }
    terminal.show(Frame("same"))
    #expect(pty.sees("same") && pty.sees("\u{1B}[?2026l"))
    pty.forget()
    terminal.show(Frame("same"))
    #expect(!pty.reads(within: .milliseconds(150)) { !pty.seen.isEmpty })
  }

  @Test("draws the newest of many frames, at most 30 times a second")
  func paces() throws {
    let terminal = try open()
    defer { terminal.close() }
    let start = ContinuousClock.now
    for number in 1...500 { terminal.show(Frame("frame \(number).")) }
    #expect(
      pty.reads(within: .seconds(10)) { pty.text.contains("500") || pty.text.contains("00.") }
    )
    let draws = pty.text.split(separator: "\u{1B}[?2026h").count - 1
    let most = Int((ContinuousClock.now - start) / .milliseconds(33)) + 2
    #expect(draws <= most)
  }

  @Test("colours cells, and never with colours that were not wanted")
  func colors() throws {
    var style = Style(foreground: .red)
    style.isBold = true
    let terminal = try open()
    #expect(terminal.capabilities == TerminalCapabilities(colors: 256, isUnicode: true))
    terminal.show(Frame("hot", style: style))
    #expect(pty.sees("hot") && pty.text.contains("\u{1B}[31m"))
    terminal.close()
    #expect(pty.sees(Self.normalScreen))
    pty.forget()

    let plain = try open(colors: false)
    defer { plain.close() }
    #expect(plain.capabilities.colors == 0)
    plain.show(Frame("hot", style: style))
    #expect(pty.sees("hot") && !pty.text.contains("31m") && pty.text.contains("1mhot"))
  }

  @Test("does without colours where the terminal has none")
  func monochrome() throws {
    let terminal = try open(term: "vt100")
    defer { terminal.close() }
    #expect(terminal.capabilities.colors == 0)
    terminal.show(Frame("hot", style: Style(foreground: .red, isReverse: true)))
    #expect(pty.sees("hot"))
  }

  @Test("draws wide characters once, and those that could move the cursor not at all")
  func characters() throws {
    var frame = Frame("a\u{1B}b\u{9B}c\u{200D}.")
    frame[Point(column: 10, row: 0)] = Cell(character: "日")
    frame[Point(column: 11, row: 0)] = Cell(character: " ", isContinuation: true)
    frame[Point(column: 12, row: 0)] = Cell(character: "é")
    frame[Point(column: 13, row: 0)] = Cell(character: "e\u{0301}")
    let terminal = try open()
    defer { terminal.close() }
    terminal.show(frame)
    #expect(pty.sees("日ée\u{0301}"))
    #expect(pty.text.contains("a?b?"))
  }

  @Test("shows question marks for what the locale has not, and says that it is not Unicode")
  func ascii() throws {
    let terminal = try open(locale: "C")
    defer { terminal.close() }
    #expect(!terminal.capabilities.isUnicode && terminal.warning == nil)
    terminal.show(Frame("x│y"))
    #expect(pty.sees("x?y"))
  }

  @Test(
    "takes a locale that is not installed for what its name says",
    arguments: [("xx_YY.UTF-8", true), ("xx_YY.utf8", true), ("xx_YY", false)]
  )
  func missingLocale(name: String, isUnicode: Bool) throws {
    let terminal = try open(locale: name)
    defer { terminal.close() }
    #expect(terminal.capabilities.isUnicode == isUnicode)
    #expect((terminal.warning == nil) == isUnicode)
  }

  @Test("tells its size, keys, and a new size")
  func events() async throws {
    let terminal = try open()
    defer { terminal.close() }
    #expect(terminal.initialSize == Size(columns: 40, rows: 10))
    var events = terminal.events.makeAsyncIterator()
    #expect(await events.next() == .resized(Size(columns: 40, rows: 10)))
    pty.type("q\u{1B}OA\u{1B}[3~é\u{1B}")
    #expect(await events.next() == .key(.character("q")))
    #expect(await events.next() == .key(.up))
    #expect(await events.next() == .key(.delete))
    #expect(await events.next() == .key(.character("é")))
    #expect(await events.next() == .key(.escape))

    pty.resize(to: Size(columns: 60, rows: 16))
    _ = kill(getpid(), SIGWINCH)
    #expect(await events.next() == .resized(Size(columns: 60, rows: 16)))
    terminal.show(Frame(String(repeating: "=", count: 60), size: Size(columns: 60, rows: 16)))
    #expect(pty.sees("===") && pty.sees("\u{1B}[?2026l"))
  }

  @Test("tells pasted text as one event, also where its end is never marked")
  func pastes() async throws {
    let terminal = try open()
    defer { terminal.close() }
    var events = terminal.events.makeAsyncIterator()
    _ = await events.next()
    terminal.show(Frame("up"))
    #expect(pty.sees("\u{1B}[?2004h") && pty.sees("up"))
    pty.type("\u{1B}[200~hello\rqworld\u{03}\u{1B}[201~q")
    #expect(await events.next() == .paste("hello\rqworld\u{03}"))
    #expect(await events.next() == .key(.character("q")))
    pty.type("\u{1B}[200~open")
    #expect(await events.next() == .paste("open"))
    pty.type("q")
    #expect(await events.next() == .key(.character("q")))
    pty.forget()
    terminal.close()
    #expect(pty.sees(Self.normalScreen) && pty.text.contains("\u{1B}[?2004l"))
  }

  @Test("tells requests to end: by key, by signal, by hang-up")
  func ends() async throws {
    let terminal = try open()
    defer { terminal.close() }
    var events = terminal.events.makeAsyncIterator()
    _ = await events.next()
    pty.type("\u{03}")
    #expect(await events.next() == .interrupted(signal: SIGINT))
    _ = kill(getpid(), SIGTERM)
    #expect(await events.next() == .interrupted(signal: SIGTERM))
    pty.hangUp()
    #expect(await events.next() == .closed)
    terminal.show(Frame("nobody sees it"))
  }

  @Test("gives the terminal back as it was, once")
  func closes() async throws {
    let modes = pty.modes
    var handlers = (sigaction(), sigaction())
    sigaction(SIGTERM, nil, &handlers.0)
    let terminal = try open()
    terminal.show(Frame("up"))
    #expect(pty.sees("up") && pty.modes != modes)
    terminal.close()
    #expect(pty.sees(Self.normalScreen) && pty.sees("\u{1B}[?25h"))
    #expect(pty.modes == modes)
    sigaction(SIGTERM, nil, &handlers.1)
    #expect(handlers.0.sa_flags == handlers.1.sa_flags)
    pty.forget()
    terminal.close()
    terminal.show(Frame("late"))
    #expect(!pty.reads(within: .milliseconds(100)) { !pty.seen.isEmpty })
    var last: TerminalEvent?
    for await event in terminal.events { last = event }
    #expect(last == .resized(Size(columns: 40, rows: 10)))
  }

  @Test("is given back when it goes out of use")
  func goes() throws {
    let modes = pty.modes
    _ = try open()
    #expect(pty.sees(Self.normalScreen))
    #expect(pty.modes == modes)
  }

  @Test("gives up on a terminal that takes nothing any more, and still sets its modes back")
  func stuck() throws {
    let size = Size(columns: 200, rows: 100)
    pty.resize(to: size)
    let modes = pty.modes
    let terminal = try open()
    // More than the line holds, and after the first bytes nobody reads.
    terminal.show(Frame(checkered: size))
    #expect(pty.reads(within: .seconds(10)) { pty.seen.count > 100 })
    #expect(pty.modes != modes)
    let start = ContinuousClock.now
    terminal.close()
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(pty.modes == modes)
    pty.hangUp()
    // The thread lets ncurses go once its write fails.
    var isFree = false
    let deadline = ContinuousClock.now + .seconds(10)
    while !isFree && ContinuousClock.now < deadline {
      let next = try PseudoTerminal()
      let options = NcursesTerminal.Options(
        input: next.terminal,
        output: next.terminal,
        error: nil,
        term: "xterm"
      )
      isFree = (try? NcursesTerminal(options)) != nil
    }
    #expect(isFree)
  }

  @Test("keeps stray messages off the screen and prints them afterwards")
  func strayMessages() throws {
    let stray = dup(pty.terminal)
    defer { _ = closeDescriptor(stray) }
    let terminal = try open(error: stray)
    terminal.show(Frame("up"))
    #expect(pty.sees("up"))
    _ = write(stray, "stray\n", 6)
    terminal.show(Frame("still up"))
    #expect(pty.sees("still up") && !pty.text.contains("stray"))
    terminal.close()
    #expect(pty.sees("stray"))
    #expect(pty.text.split(separator: Self.normalScreen).last?.contains("stray") == true)
  }

  @Test(
    "refuses a terminal that it can't draw on, in one sentence and before it writes",
    arguments: [
      (nil, TerminalError.Code.termUnset), ("", .termUnset), ("foo", .termUnknown),
      ("dumb", .termDumb), ("../evil\n", .termUnknown),
    ] as [(String?, TerminalError.Code)]
  )
  func refuses(term: String?, code: TerminalError.Code) throws {
    let modes = pty.modes
    let error = #expect(throws: TerminalError.self) { try open(term: term) }
    #expect(error?.code == code)
    #expect(error?.message.contains("TERM") == true && error?.message.contains("\n") == false)
    #expect(pty.modes == modes)
    #expect(!pty.reads(within: .milliseconds(20)) { !pty.seen.isEmpty })
  }

  @Test("names the terminal that it does not know, and the way out")
  func unknownMessage() throws {
    let error = #expect(throws: TerminalError.self) { try open(term: "foo") }
    #expect(
      error?.message
        == "TERM is \"foo\", which this machine's terminfo does not know; "
        + "set TERM to one it knows, such as xterm-256color, or use --plain"
    )
  }

  @Test("refuses what is no terminal, and a second screen")
  func refusesOthers() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { _ = closeDescriptor(end) } }
    let options = NcursesTerminal.Options(input: ends[0], output: ends[1], term: "xterm")
    let error = #expect(throws: TerminalError.self) { try NcursesTerminal(options) }
    #expect(error?.code == .notATerminal)

    let terminal = try open()
    defer { terminal.close() }
    let second = #expect(throws: TerminalError.self) { try open() }
    #expect(second?.code == .busy)
  }
}
