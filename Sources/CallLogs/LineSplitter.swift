/// Cuts a stream of bytes into lines.
///
/// A line that is too long is left out. NUL bytes at a line's start are skipped: a file that was
/// emptied under a writer that keeps its place begins with them.
struct LineSplitter: Sendable {
  private let maxLineBytes: Int
  /// The beginning of a line whose end hasn't come.
  private var partial: [UInt8] = []
  /// Whether the rest of a line that is too long is being skipped.
  private var isSkipping = false

  init(maxLineBytes: Int) {
    self.maxLineBytes = maxLineBytes
  }

  /// Takes bytes and calls `body` with each line that they end: without its newline, or nil for one
  /// that is too long.
  mutating func split(_ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>?) -> Void) {
    var rest = bytes
    while let end = rest.firstIndex(of: 0x0A) {
      finish(rest[rest.startIndex..<end], body)
      rest = rest[(end + 1)...]
    }
    keep(rest)
  }

  /// Takes the partial line, if there is one, for a whole one.
  mutating func flush(_ body: (ArraySlice<UInt8>?) -> Void) {
    if isSkipping { body(nil) } else if !partial.isEmpty { body(partial[...]) }
    discard()
  }

  /// Forgets the partial line.
  mutating func discard() {
    partial.removeAll(keepingCapacity: true)
    isSkipping = false
  }

  private mutating func finish(_ end: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>?) -> Void) {
    defer { discard() }
    guard !isSkipping, partial.count + end.count <= maxLineBytes else {
      body(nil)
      return
    }
    guard !partial.isEmpty else {
      body(end.drop { $0 == 0 })
      return
    }
    partial += end
    body(partial[...])
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    guard !isSkipping else { return }
    let bytes = partial.isEmpty ? bytes.drop { $0 == 0 } : bytes
    guard partial.count + bytes.count <= maxLineBytes else {
      discard()
      isSkipping = true
      return
    }
    partial += bytes
  }
}
