import MeshModel
import Synchronization
import Testing
import XDSCore

@testable import ControlPlane

@Suite("The log of limits")
struct LimitLogTests {
  @Test("tells of each limit at most once in five seconds, then how often it was hit meanwhile")
  func rate() {
    let notices = Recorder<ControlPlane.Notice>()
    let now = Mutex(MonotonicTime.zero)
    let log = LimitLog(
      clock: { now.withLock { $0 } },
      onNotice: { notices.record($0) }
    )
    for _ in 1...10 { log.note(.tooManyStreams(3), by: "10.0.0.1:1") }
    log.note(.tooManyNames(9, limit: 4), by: "web-1")
    log.note(.stopping, by: "web-1")
    now.withLock { $0 = $0.advanced(byNanoseconds: 5_000_000_000) }
    log.note(.tooManyStreams(3), by: "10.0.0.2:1")

    let streams = "a discovery stream too many was refused: 3 are open; --max-streams allows 3"
    #expect(
      notices.all == [
        .init(source: "10.0.0.1:1", text: streams),
        .init(
          source: "web-1",
          text: "a subscription to 9 names was refused; --max-names allows 4"
        ),
        .init(source: "10.0.0.2:1", text: streams + "; 9 more times since it was told last"),
      ]
    )
  }
}
