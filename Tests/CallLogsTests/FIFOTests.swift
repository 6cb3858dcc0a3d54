import CallLogs
import Foundation
import Testing

@Suite("Following a FIFO", .serialized)
struct FIFOTests {
  private func makeFIFO(_ path: String) {
    #expect(mkfifo(path, 0o600) == 0)
  }

  @Test("reads what writers write, who come and go")
  func writers() async throws {
    try await Following.run(before: makeFIFO) { log in
      try await log.wait(for: .following)
      for version in ["v1", "v2", "v3"] {
        try append(lines(version), to: log.path)
        try await log.wait(version) { log.versions.last == version }
      }
      #expect(log.versions == ["v1", "v2", "v3"])
      #expect(log.events == [.following])
    }
  }

  @Test("keeps a writer that stays, and takes its last line for whole when it goes")
  func stayingWriter() async throws {
    try await Following.run(before: makeFIFO) { log in
      let file = try #require(fopen(log.path, "w"))
      for number in 1...3 {
        fputs(lines("v\(number)"), file)
        fflush(file)
        try await log.waitForCalls(number)
      }
      fputs(line("v4"), file)
      fclose(file)
      try await log.waitForCalls(4)
      #expect(log.versions == ["v1", "v2", "v3", "v4"])
    }
  }

  @Test("does not hold up a writer that writes more than the FIFO takes")
  func fastWriter() async throws {
    try await Following.run(before: makeFIFO) { log in
      let path = log.path
      let writer = Task.detached {
        let block = (0..<1_000).map { _ in line("v1") + "\n" }.joined()
        let file = try #require(fopen(path, "w"))
        for _ in 0..<50 { fputs(block, file) }
        fclose(file)
      }
      try await writer.value
      try await log.waitForCalls(50_000, within: .seconds(60))
      #expect(log.calls.count == 50_000)
    }
  }

  @Test("that is replaced is followed at its new place")
  func replaced() async throws {
    try await Following.run(before: makeFIFO) { log in
      try append(lines("v1"), to: log.path)
      try await log.waitForCalls(1)
      try FileManager.default.removeItem(atPath: log.path)
      makeFIFO(log.path)
      try await log.wait(for: .rotated)
      try append(lines("v2"), to: log.path)
      try await log.waitForCalls(2)
    }
  }
}
