import NIOCore
import Testing

@testable import HTTP2Transport

@Suite("The life of a connection")
struct ConnectionLifeTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  private func at(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

  private func life(
    isSetUp: Bool = true,
    ageFactor: Double = 1,
    _ change: (inout TransportKeepalive) -> Void = { _ in }
  ) -> ConnectionLife {
    var rules = TransportKeepalive()
    change(&rules)
    var life = ConnectionLife(
      rules: rules,
      setUpTimeout: .seconds(20),
      ageFactor: ageFactor,
      now: start
    )
    if isSetUp { _ = life.received(at: start) }
    return life
  }

  @Test("is closed if it speaks no HTTP/2 in time")
  func setUp() {
    var life = life(isSetUp: false)
    #expect(life.deadline == at(20))
    #expect(life.due(at: at(19)) == nil)
    #expect(life.due(at: at(20)) == .close(.tooSlow))
  }

  @Test("is pinged when it is silent, and closed when it stays so")
  func silent() {
    var life = life()
    #expect(life.deadline == at(60))
    #expect(life.due(at: at(59)) == nil)
    #expect(life.due(at: at(60)) == .ping)
    #expect(life.deadline == at(80))
    #expect(life.due(at: at(79)) == nil)
    #expect(life.due(at: at(80)) == .close(.silent))
  }

  @Test("is pinged again a minute after it last said something")
  func answered() {
    var life = life()
    #expect(life.due(at: at(60)) == .ping)
    #expect(life.received(at: at(61)) == false)
    #expect(life.deadline == at(121))
    #expect(life.due(at: at(120)) == nil)
    #expect(life.due(at: at(121)) == .ping)
  }

  @Test("without keepalive it is never pinged")
  func noKeepalive() {
    var life = life { $0.time = nil }
    #expect(life.deadline == nil)
    #expect(life.due(at: at(100_000)) == nil)
  }

  @Test("drains at its age, give or take", arguments: [(0.9, 90), (1.0, 100), (1.1, 110)])
  func age(factor: Double, seconds: Int64) {
    var life = life(ageFactor: factor) {
      $0.maxAge = .seconds(100)
      $0.time = nil
    }
    let due = at(seconds)
    #expect(life.deadline == due)
    #expect(life.due(at: due - .seconds(1)) == nil)
    #expect(life.due(at: due) == .drain("it has reached its age"))
  }

  @Test("drains when it is idle, but not with a stream")
  func idle() {
    var life = life {
      $0.maxIdle = .seconds(10)
      $0.time = nil
    }
    life.streamOpened()
    #expect(life.deadline == nil)
    #expect(life.streamClosed(at: at(50)) == false)
    #expect(life.deadline == at(60))
    #expect(life.due(at: at(60)) == .drain("it is idle"))
  }

  @Test("while it drains it is closed by the last stream")
  func draining() {
    var life = life()
    life.streamOpened()
    life.streamOpened()
    #expect(life.startDraining(grace: .seconds(5), at: at(1)) == .tell)
    #expect(life.startDraining(grace: .seconds(9), at: at(1)) == .nothing)
    #expect(life.streamClosed(at: at(2)) == false)
    #expect(life.streamClosed(at: at(3)) == true)
  }

  @Test("streams that don't end are cut off after the grace time")
  func grace() {
    var life = life()
    life.streamOpened()
    #expect(life.startDraining(grace: .seconds(5), at: at(1)) == .tell)
    #expect(life.deadline == at(6))
    #expect(life.due(at: at(5)) == nil)
    #expect(life.due(at: at(6)) == .close(.graceOver))
  }

  @Test("a second, shorter grace time counts")
  func sooner() {
    var life = life()
    life.streamOpened()
    _ = life.startDraining(grace: .seconds(50), at: at(1))
    _ = life.startDraining(grace: .seconds(2), at: at(1))
    #expect(life.deadline == at(3))
  }

  @Test("without streams it has nothing to wait for")
  func drainingWithoutStreams() {
    var life = life()
    #expect(life.startDraining(grace: .seconds(5), at: at(1)) == .close)
    life.startClosing(at: at(1))
    #expect(life.due(at: at(1)) == nil, "the client has a second to close its side")
    #expect(life.due(at: at(2)) == .close(.closed))
  }

  @Test("without a grace time it waits for nobody")
  func noGrace() {
    var life = life()
    #expect(life.startDraining(grace: .zero, at: at(1)) == .close)
    life.startClosing(at: at(1))
    #expect(life.due(at: at(1)) == .close(.closed))
  }

  @Test("a connection that doesn't speak HTTP/2 yet isn't told, just closed")
  func drainingBeforeSetUp() {
    var life = life(isSetUp: false)
    #expect(life.startDraining(grace: .seconds(5), at: at(1)) == .drop)
    #expect(life.isClosing)
  }

  @Test("the third ping that comes too soon is too many")
  func pings() {
    var life = life()
    let soon = { (count: Int64) in start + .milliseconds(count * 10) }
    #expect(life.clientPinged(at: soon(0)) == false)
    #expect(life.clientPinged(at: soon(1)) == false)
    #expect(life.clientPinged(at: soon(2)) == false)
    #expect(life.clientPinged(at: soon(3)) == true)
  }

  @Test("what is sent to the client lets it ping again")
  func pingsWhileSending() {
    var life = life()
    for count in 0..<100 as Range<Int64> {
      #expect(life.clientPinged(at: start + .milliseconds(count)) == false)
      life.sent()
    }
  }

  @Test("pings without a stream may be forbidden")
  func pingsWithoutStreams() {
    var life = life { $0.allowsPingsWithoutStreams = false }
    life.streamOpened()
    for count in 0..<10 as Range<Int64> { #expect(life.clientPinged(at: at(count * 60)) == false) }
    _ = life.streamClosed(at: at(700))
    #expect(life.clientPinged(at: at(760)) == false)
    #expect(life.clientPinged(at: at(820)) == false)
    #expect(life.clientPinged(at: at(880)) == true)
  }
}
