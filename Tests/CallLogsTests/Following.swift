import CallLogs
import Foundation
import MeshModel
import Synchronization
import TestSupport
import Testing

/// A log that is followed in a folder of its own, and what the follower told.
final class Following: Sendable {
  private struct Told {
    var calls: [CallRecord] = []
    var events: [CallLogEvent.Kind] = []
  }

  static let node = "sidecar~10.0.0.5~client.default~default.svc.cluster.local"

  let path: String
  let follower: LogFollower
  private let told: BoxOfTold

  private final class BoxOfTold: Sendable {
    let value = Mutex(Told())
  }

  private init(path: String, start: FollowedLog.Start, _ settings: LogFollower.Settings) {
    self.path = path
    let told = BoxOfTold()
    self.told = told
    follower = LogFollower(
      FollowedLog(nodeID: Self.node, path: path, start: start),
      settings: settings,
      observer: .init(
        onCalls: { calls in told.value.withLock { $0.calls += calls } },
        onEvent: { event in told.value.withLock { $0.events.append(event.kind) } }
      ),
      clock: { Timestamp(microseconds: 77) },
      logger: .silent
    )
  }

  /// Follows the file `app.log` of a new folder while `body` runs; `before` may make it, else it is
  /// missing at first.
  static func run(
    start: FollowedLog.Start = .end,
    retirement: Duration = .milliseconds(400),
    maxLineBytes: Int = 64 << 10,
    before: (String) throws -> Void = { _ in },
    _ body: (Following) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path("app.log")
    try before(path)
    var settings = LogFollower.Settings()
    settings.pollInterval = .milliseconds(10)
    settings.retirement = retirement
    settings.maxLineBytes = maxLineBytes
    let following = Following(path: path, start: start, settings)
    let task = Task { try await following.follower.run() }
    defer { task.cancel() }
    // Before that, what is written would count as there already.
    try await following.wait("the first look") { !following.events.isEmpty }
    try await body(following)
  }

  var calls: [CallRecord] { told.value.withLock { $0.calls } }
  var versions: [String] { calls.map(\.workloadVersion) }
  var events: [CallLogEvent.Kind] { told.value.withLock { $0.events } }

  /// Waits until so many calls were told.
  func waitForCalls(
    _ count: Int,
    within limit: Duration = .seconds(10),
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await wait(within: limit, "calls: \(count)", sourceLocation) { self.calls.count >= count }
  }

  func wait(
    for event: CallLogEvent.Kind,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await wait(within: .seconds(10), "\(event)", sourceLocation) { self.events.contains(event) }
  }

  func wait(
    within limit: Duration = .seconds(10),
    _ what: String,
    _ sourceLocation: SourceLocation = #_sourceLocation,
    until holds: () -> Bool
  ) async throws {
    guard await eventually(within: limit, holds) else {
      Issue.record(
        "waited in vain for \(what); events \(events), \(calls.count) calls",
        sourceLocation: sourceLocation
      )
      throw NotInTime(what: what)
    }
  }
}

/// Lines that answer with these versions.
func lines(_ versions: String...) -> String {
  versions.map { line($0) + "\n" }.joined()
}

func line(_ version: String) -> String {
  "2022-04-07T05:00:00.384Z\tINFO\tcmd/app.go:29\t"
    + "call server response = name:\"Hello laurence\" id:\"\(version)\""
}

/// Adds text to a file, which is made where it isn't there.
func append(_ text: String, to path: String) throws {
  try append(Array(text.utf8), to: path)
}

func append(_ bytes: [UInt8], to path: String) throws {
  let file = try #require(fopen(path, "a"))
  defer { fclose(file) }
  #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
}
