import Foundation
import MeshModel
import MeshPicture
import MeshRuntime
import RevisionContent
@testable import RuleStore
import TestSupport
import Testing

@Suite("Crashes", .serialized)
struct CrashTests {
  private static let kills = 200

  /// The program beside this one's binary.
  private static var writer: URL {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent("RevisionWriter")
  }

  /// What a writer said until it was killed.
  private struct Life {
    /// The numbers that it acknowledged.
    var acknowledged: [UInt64] = []
    var complaints = ""
  }

  /// Runs a writer, and kills it after so many acknowledgements and some microseconds more.
  private func life(_ folder: TemporaryFolder, lines: Int, microseconds: UInt32) throws -> Life {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = Self.writer
    process.arguments = [folder.path("state")]
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    var bytes = Data()
    while bytes.count(where: { $0 == 0x0A }) < lines {
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { break }
      bytes += more
    }
    usleep(microseconds)
    kill(process.processIdentifier, SIGKILL)
    bytes += try output.fileHandleForReading.readToEnd() ?? Data()
    let complaints = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    // A last line without its end was cut off in the middle of a number.
    let whole = bytes.lastIndex(of: 0x0A).map { bytes[...$0] } ?? Data()
    let numbers = whole.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    return Life(
      acknowledged: try numbers.map { try #require(UInt64($0)) },
      complaints: String(decoding: complaints, as: UTF8.self)
    )
  }

  private func store(_ folder: TemporaryFolder, _ directory: String = "state") throws -> RuleStore {
    try RuleStore(
      StorePlace(directory: folder.path(directory), mesh: "crash"),
      settings: RuleStore.Settings(keptRevisions: 100_000)
    )
  }

  /// Holds revisions of a store against what was written under their numbers.
  ///
  /// - Returns: The newest number; 0 for an empty store.
  @discardableResult
  private func judge(_ store: RuleStore, from first: UInt64) throws -> UInt64 {
    guard let newest = try store.newest() else { return 0 }
    for number in min(first, newest.number)...newest.number {
      let revision = try #require(try store.revision(number), "rev \(number)")
      #expect(revision.rules == RevisionContent.rules(number), "rev \(number)")
    }
    let steps = try store.steps(limit: 1_000_000)
    #expect(steps.map(\.number) == Array(1...newest.number))
    return newest.number
  }

  @Test("every acknowledged revision is there, and whole, after a kill at any instant")
  func killed() async throws {
    try await TemporaryFolder.with { folder in
      var dice = SeededGenerator(seed: UInt64(getpid()))
      var last: UInt64 = 0
      var judged: UInt64 = 1
      for round in 0..<Self.kills {
        // Some die before they have said a word, the first one while it makes the store.
        let isYoung = Int.random(in: 0..<4, using: &dice) == 0
        let life = try life(
          folder,
          lines: isYoung ? 0 : Int.random(in: 1...15, using: &dice),
          microseconds: UInt32.random(in: 0...(isYoung ? 60_000 : 3_000), using: &dice)
        )
        #expect(life.complaints.isEmpty, "\(life.complaints)")
        if let first = life.acknowledged.first {
          // It begins by telling what it found: all that was acknowledged, and one at most that was
          // stored when the one before was killed.
          #expect(first == max(last, 1) || first == last + 1, "kill \(round)")
          #expect(life.acknowledged == Array(first..<(first + UInt64(life.acknowledged.count))))
        }
        last = life.acknowledged.last ?? last
        // Where nobody looks, the next writer has to cope with what was left.
        guard round.isMultiple(of: 5) || round == Self.kills - 1 else { continue }
        let newest = try judge(try store(folder), from: judged)
        #expect(newest == last || newest == last + 1, "kill \(round)")
        (last, judged) = (newest, max(newest, 1))
      }
      #expect(last > 300, "it hardly wrote")
      try judge(try store(folder), from: 1)
    }
  }

  @Test("a log that was cut off anywhere leaves whole revisions up to a number")
  func cutOff() async throws {
    try await TemporaryFolder.with { folder in
      let store = try store(folder)
      for number: UInt64 in 1...40 {
        try store.append(Books.entry(number, RevisionContent.rules(number)))
      }
      let files = FileManager.default
      let log = try #require(files.contents(atPath: folder.path("state/crash.db-wal")))
      try #require(log.count > 100_000)
      var dice = SeededGenerator(seed: 3)
      var newest: [UInt64] = []
      for cut in 0..<40 {
        let copy = folder.path("copy-\(cut)")
        try files.createDirectory(atPath: copy, withIntermediateDirectories: false)
        try files.copyItem(atPath: folder.path("state/crash.db"), toPath: "\(copy)/crash.db")
        let length = Int.random(in: 0...log.count, using: &dice)
        // What a disk had not written yet may be anything.
        var rest = log.prefix(length)
        if cut.isMultiple(of: 2) { rest += Data(repeating: 0x5A, count: log.count - length) }
        #expect(files.createFile(atPath: "\(copy)/crash.db-wal", contents: Data(rest)))
        newest.append(try judge(try self.store(folder, "copy-\(cut)"), from: 1))
      }
      #expect(Set(newest).count > 10, "\(newest)")
    }
  }
}
