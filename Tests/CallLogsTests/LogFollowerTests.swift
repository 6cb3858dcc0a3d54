import CallLogs
import Foundation
import MeshModel
import Testing

@Suite("Following a log", .serialized)
struct LogFollowerTests {
  @Test("tells of what is written after the start")
  func growing() async throws {
    try await Following.run(before: { try append(lines("old"), to: $0) }) { log in
      try await log.wait(for: .following)
      try append(lines("v1") + "2022 INFO something else\n", to: log.path)
      try append(lines("v2"), to: log.path)
      try append("2022-04-07T05:00:00.384Z ERROR x call server error = no provider\n", to: log.path)
      try await log.waitForCalls(3)
      #expect(log.versions == ["v1", "v2", ""])
      #expect(log.calls.map(\.statusCode) == [0, 0, 2])
      let call = try #require(log.calls.first)
      #expect(call.source == .log)
      #expect(call.nodeID == Following.node)
      #expect(call.time == Timestamp(microseconds: 1_649_307_600_384_000))
      try await log.wait("counts") { log.follower.counts.total == 4 }
      #expect(log.follower.counts.answered == 2)
      #expect(log.follower.counts.failed == 1)
      #expect(log.follower.counts.other == 1)
    }
  }

  @Test("tells of all of it where that is asked for")
  func fromBeginning() async throws {
    try await Following.run(
      start: .beginning,
      before: { try append(lines("v1", "v2"), to: $0) }
    ) { log in
      try await log.waitForCalls(2)
      #expect(log.versions == ["v1", "v2"])
    }
  }

  @Test("begins with the line that is not complete yet")
  func partialAtStart() async throws {
    let (head, tail) = (line("v7").prefix(40), line("v7").dropFirst(40))
    try await Following.run(before: { try append(lines("old") + head, to: $0) }) { log in
      try await log.wait(for: .following)
      try append(tail + "\n" + lines("v8"), to: log.path)
      try await log.waitForCalls(2)
      #expect(log.versions == ["v7", "v8"])
    }
  }

  @Test("puts lines together that come in parts")
  func partialLines() async throws {
    try await Following.run(before: { try append("", to: $0) }) { log in
      try await log.wait(for: .following)
      for byte in lines("v1", "v2").utf8 { try append([byte], to: log.path) }
      try await log.waitForCalls(2)
      #expect(log.versions == ["v1", "v2"])
    }
  }

  @Test("takes the time of reading for a line without one")
  func noTime() async throws {
    try await Following.run { log in
      try append("call server response = id:\"v1\"\n", to: log.path)
      try await log.waitForCalls(1)
      #expect(log.calls.map(\.time) == [Timestamp(microseconds: 77)])
    }
  }

  @Test("waits for a file that isn't there, and reads it from its beginning")
  func appearing() async throws {
    try await Following.run { log in
      try await log.wait(for: .missing)
      try append(lines("v1"), to: log.path)
      try await log.waitForCalls(1)
      #expect(log.events == [.missing, .following])
    }
  }

  @Test("goes on with the new file after a rotation, and with the rest of the old one")
  func rotation() async throws {
    try await Following.run(retirement: .seconds(5)) { log in
      try append(lines("v1"), to: log.path)
      try await log.waitForCalls(1)
      try append(lines("v2") + line("v3"), to: log.path)
      try FileManager.default.moveItem(atPath: log.path, toPath: log.path + ".1")
      try append(lines("v4"), to: log.path)
      try await log.wait(for: .rotated)
      try append("\n" + lines("v5"), to: log.path + ".1")
      try append(lines("v6"), to: log.path)
      try await log.waitForCalls(6)
      #expect(Set(log.versions) == ["v1", "v2", "v3", "v4", "v5", "v6"])
      #expect(log.calls.count == 6)
    }
  }

  @Test("takes the old file's last line for whole once that is closed")
  func rotationOfPartialLine() async throws {
    try await Following.run(retirement: .milliseconds(50)) { log in
      try append(lines("v1") + line("v2"), to: log.path)
      try await log.waitForCalls(1)
      try FileManager.default.moveItem(atPath: log.path, toPath: log.path + ".1")
      try append("", to: log.path)
      try await log.waitForCalls(2)
      #expect(log.versions == ["v1", "v2"])
    }
  }

  @Test("survives many rotations under load without losing or doubling a line")
  func manyRotations() async throws {
    try await Following.run { log in
      var number = 0
      for turn in 0..<10 {
        for _ in 0..<50 {
          try append((0..<20).map { line("n\(number + $0)") + "\n" }.joined(), to: log.path)
          number += 20
        }
        // Two rotations between two looks would hide a file.
        try await log.waitForCalls(turn * 1_000 + 1)
        try FileManager.default.moveItem(atPath: log.path, toPath: log.path + ".\(turn)")
      }
      try await log.waitForCalls(number)
      #expect(Set(log.versions).count == number)
      #expect(log.calls.count == number)
    }
  }

  @Test("begins again when the file was emptied")
  func truncation() async throws {
    try await Following.run { log in
      try append(lines("v1", "v1", "v1") + "part of a li", to: log.path)
      try await log.waitForCalls(3)
      #expect(truncate(log.path, 0) == 0)
      try await log.wait(for: .truncated)
      try append(lines("v2"), to: log.path)
      try await log.waitForCalls(4)
      #expect(log.versions == ["v1", "v1", "v1", "v2"])
    }
  }

  @Test("skips the hole that a writer leaves who keeps its place in an emptied file")
  func hole() async throws {
    try await Following.run { log in
      try append(lines("v1", "v1", "v1", "v1"), to: log.path)
      try await log.waitForCalls(4)
      #expect(truncate(log.path, 0) == 0)
      try await log.wait(for: .truncated)
      #expect(truncate(log.path, 100) == 0)
      try append(lines("v2"), to: log.path)
      try await log.waitForCalls(5)
      #expect(log.versions.last == "v2")
    }
  }

  @Test("goes on when the file is removed and comes back")
  func removal() async throws {
    try await Following.run { log in
      try append(lines("v1"), to: log.path)
      try await log.waitForCalls(1)
      try FileManager.default.removeItem(atPath: log.path)
      try await log.wait(for: .gone)
      try append(lines("v2"), to: log.path)
      try await log.waitForCalls(2)
      #expect(log.versions == ["v1", "v2"])
      #expect(log.events.contains(.rotated))
    }
  }

  @Test("says so when the path is a folder, and goes on when that is mended")
  func folder() async throws {
    try await Following.run(
      before: {
        try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
      }
    ) { log in
      try await log.wait("an event") { !log.events.isEmpty }
      guard case .unreadable(let reason) = try #require(log.events.first) else {
        Issue.record("\(log.events)")
        return
      }
      #expect(reason.lowercased().contains("directory"))
      try FileManager.default.removeItem(atPath: log.path)
      try await log.wait(for: .missing)
      try append(lines("v1"), to: log.path)
      try await log.waitForCalls(1)
    }
  }

  @Test("leaves out lines that are too long, and counts them")
  func longLines() async throws {
    try await Following.run(maxLineBytes: 1_000) { log in
      let long = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
      try append(lines("v1"), to: log.path)
      try append(long + Array("\n".utf8), to: log.path)
      try append(lines("v2"), to: log.path)
      try append(
        Array(line("no").utf8) + [UInt8](repeating: 0x20, count: 1_000) + [0x0A],
        to: log.path
      )
      try append(lines("v3"), to: log.path)
      try await log.waitForCalls(3)
      #expect(log.versions == ["v1", "v2", "v3"])
      #expect(log.follower.counts.unreadable == 2)
      #expect(log.events.contains { $0.isBadLines })
    }
  }

  @Test("tells of the first, tenth and hundredth line that can't be read")
  func badLines() async throws {
    try await Following.run(start: .beginning) { log in
      try append("call server response = id:\"\n", to: log.path)
      try await log.wait(for: .badLines(1))
      for _ in 0..<9 { try append("call server response = id:\"\n", to: log.path) }
      try await log.wait(for: .badLines(10))
      try append(lines("v1"), to: log.path)
      try await log.waitForCalls(1)
      #expect(log.follower.counts.unreadable == 10)
      #expect(log.events.filter(\.isBadLines) == [.badLines(1), .badLines(10)])
    }
  }

  @Test("of 200,000 lines loses none")
  func manyLines() async throws {
    try await Following.run { log in
      let block = Array((0..<2_000).map { line($0 % 10 == 0 ? "v2" : "v1") + "\n" }.joined().utf8)
      for _ in 0..<100 { try append(block, to: log.path) }
      try await log.waitForCalls(200_000, within: .seconds(60))
      #expect(log.calls.count == 200_000)
      #expect(log.versions.count { $0 == "v2" } == 20_000)
    }
  }
}

extension CallLogEvent.Kind {
  fileprivate var isBadLines: Bool {
    if case .badLines = self { true } else { false }
  }
}
