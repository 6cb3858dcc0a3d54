internal import MeshModel
internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Reads a log as it grows, whatever becomes of its file.
///
/// ```
///           it can be opened                 another file is at the path
///  missing ──────────────────► following ◄──────────────────────────────► following + retiring
///                                        the old one was quiet for long
/// ```
/// A file that is open is kept, also when its name is gone. The old file of a rotation is read on for
/// a while, since its writer goes on until it is told. What is not noticed: two rotations between two
/// polls, and a file that is emptied and then grows beyond what was read of it.
struct LogTail: ~Copyable {
  private let log: FollowedLog
  private let maxLineBytes: Int
  /// Polls without a new byte after which the old file of a rotation is closed.
  private let retiringPolls: Int
  private var current: OpenLog?
  private var retiring: OpenLog?
  private var quietPolls = 0
  /// The newest event about the file's state, so that none is told twice in a row.
  private var told: CallLogEvent.Kind?
  /// Whether there was no file at a look before.
  private var wasMissing = false
  private(set) var counts = LineCounts()

  init(_ log: FollowedLog, maxLineBytes: Int, retiringPolls: Int) {
    self.log = log
    self.maxLineBytes = maxLineBytes
    self.retiringPolls = retiringPolls
  }

  /// Reads some of what is new; blocks for the disk alone.
  ///
  /// `time` is for lines that tell no time of their own.
  mutating func poll(at time: Timestamp) -> Batch {
    var batch = Batch()
    let badLines = counts.unreadable
    readRetiring(at: time, into: &batch)
    if let current {
      read(current, at: time, into: &batch)
    } else {
      open(into: &batch)
    }
    tellOfBadLines(since: badLines, into: &batch)
    return batch
  }

  /// Waits until the FIFO has bytes or lost its last writer, or the time is over.
  func waitUntilReadable(milliseconds: Int32) {
    guard let current else { return }
    var watched = pollfd(fd: current.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    _ = Self.poll(&watched, milliseconds)
  }

  private static func poll(_ watched: inout pollfd, _ milliseconds: Int32) -> Int32 {
    #if canImport(Glibc)
    Glibc.poll(&watched, 1, milliseconds)
    #else
    Darwin.poll(&watched, 1, milliseconds)
    #endif
  }

  private mutating func open(into batch: inout Batch) {
    do {
      let file = try OpenLog(log.path, maxLineBytes: maxLineBytes)
      if log.start == .end, !wasMissing { file.skipToEnd() }
      current = file
      tell(.following, &batch)
      batch.next = .now
    } catch .noSuchFileOrDirectory {
      wasMissing = true
      tell(.missing, &batch)
    } catch {
      tell(.unreadable(reason: error.description), &batch)
    }
  }

  private mutating func read(_ file: OpenLog, at time: Timestamp, into batch: inout Batch) {
    switch file.read() {
    case .bytes(let bytes):
      take(bytes, of: file, at: time, into: &batch)
      batch.next = .now
    case .quiet:
      if batch.next == .later { batch.next = .whenReadable }
    case .end:
      // The last writer of a FIFO is gone, and with it the rest of its line.
      if file.isStream { flush(file, at: time, into: &batch) }
      lookForChange(of: file, into: &batch)
    case .failed(let error):
      tell(.unreadable(reason: error.description), &batch)
      lookForChange(of: file, into: &batch)
    }
  }

  /// Looks whether the file was emptied, removed or replaced.
  private mutating func lookForChange(of file: OpenLog, into batch: inout Batch) {
    if file.rewindIfTruncated() {
      batch.events.append(.truncated)
      batch.next = .now
      return
    }
    guard let found = try? Stat(log.path) else {
      tell(.gone, &batch)
      return
    }
    guard !file.isFile(found) else {
      if told == .gone { tell(.following, &batch) }
      return
    }
    // Where it can't be opened yet, the old one stays and the next poll tries again.
    guard let new = try? OpenLog(log.path, maxLineBytes: maxLineBytes) else { return }
    retiring = file
    quietPolls = 0
    current = new
    batch.events.append(.rotated)
    told = .following
    batch.next = .now
  }

  private mutating func readRetiring(at time: Timestamp, into batch: inout Batch) {
    guard let file = retiring else { return }
    if case .bytes(let bytes) = file.read() {
      quietPolls = 0
      take(bytes, of: file, at: time, into: &batch)
      batch.next = .now
      return
    }
    quietPolls += 1
    guard quietPolls >= retiringPolls else { return }
    flush(file, at: time, into: &batch)
    retiring = nil
  }

  private mutating func take(
    _ bytes: ArraySlice<UInt8>,
    of file: OpenLog,
    at time: Timestamp,
    into batch: inout Batch
  ) {
    file.splitter.split(bytes) { line in add(line, at: time, to: &batch) }
  }

  private mutating func flush(_ file: OpenLog, at time: Timestamp, into batch: inout Batch) {
    file.splitter.flush { line in add(line, at: time, to: &batch) }
  }

  private mutating func add(
    _ line: ArraySlice<UInt8>?,
    at time: Timestamp,
    to batch: inout Batch
  ) {
    let kind = line.map { CallLogLine.kind(of: $0) } ?? .unreadable
    counts.add(kind)
    if case .call(let call) = kind {
      batch.calls.append(CallRecord(call, nodeID: log.nodeID, at: time))
    }
  }

  private mutating func tell(_ kind: CallLogEvent.Kind, _ batch: inout Batch) {
    guard told != kind else { return }
    told = kind
    batch.events.append(kind)
  }

  /// Tells of the first such line, the tenth, the hundredth and so on.
  private func tellOfBadLines(since before: UInt64, into batch: inout Batch) {
    var mark: UInt64 = 1
    while mark <= before { mark *= 10 }
    if counts.unreadable >= mark { batch.events.append(.badLines(counts.unreadable)) }
  }
}
