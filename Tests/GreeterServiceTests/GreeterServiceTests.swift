import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeshModel
import Synchronization
import Testing
import XDSProtos

@testable import GreeterService

@Suite("The greeter's server")
struct GreeterServerTests {
  private func request(_ name: String) -> Api_HelloRequest {
    var request = Api_HelloRequest()
    request.name = name
    return request
  }

  @Test("answers with its version, in the message and in the metadata")
  func sayHello() async throws {
    try await withLoopback(to: GreeterServer(workloadVersion: "v2.0.0")) { client in
      let greeter = Api_Greeter.Client(wrapping: client)
      let (user, versions) = try await greeter.sayHello(request("Laurence")) { response in
        (try response.message, Array(response.metadata[stringValues: "x-workload-version"]))
      }
      #expect(user.name == "Hello Laurence" && user.id == "v2.0.0" && user.age == 0)
      #expect(versions == ["v2.0.0"])
    }
  }

  @Test("answers each message of a stream")
  func sayHelloStream() async throws {
    try await withLoopback(to: GreeterServer(workloadVersion: "v1.0.0")) { client in
      let greeter = Api_Greeter.Client(wrapping: client)
      let names = try await greeter.sayHelloStream { writer in
        try await writer.write(request("a"))
        try await writer.write(request("b"))
      } onResponse: { response in
        var names = Array(response.metadata[stringValues: "x-workload-version"])
        for try await user in response.messages { names += [user.name, user.id] }
        return names
      }
      #expect(names == ["v1.0.0", "Hello a", "v1.0.0", "Hello b", "v1.0.0"])
    }
  }
}

@Suite("The greeter's client", .timeLimit(.minutes(2)))
struct GreeterCallerTests {
  private let lines = Lines()

  /// Runs a caller while a body looks at it.
  private func whileCalling(
    _ service: any RegistrableRPCService,
    _ settings: GreeterCaller<HTTP2ClientTransport.Posix>.Settings,
    clock: CallClock = .system,
    _ body: (GreeterCaller<HTTP2ClientTransport.Posix>) async throws -> Void
  ) async throws {
    try await withLoopback(to: service) { client in
      let lines = lines
      let caller = GreeterCaller(calling: client, settings: settings, clock: clock, seed: 1) {
        lines.append($0)
      }
      try await withThrowingTaskGroup { group in
        group.addTask { await caller.run() }
        try await body(caller)
        group.cancelAll()
      }
    }
  }

  @Test("calls again and again with its headers, and logs each answer")
  func calls() async throws {
    let service = Probe { _ in }
    let headers = [HeaderField(name: "user", value: "admin"), HeaderField(name: "x-a", value: "1")]
    try await whileCalling(service, .init(headers: headers, rate: 200)) { caller in
      #expect(await waits { caller.counts.succeeded >= 5 })
      #expect(caller.counts.failed == 0)
    }
    #expect(service.seen.prefix(5).allSatisfy { $0 == ["laurence", "admin", "1"] })
    #expect(
      lines.values.prefix(5).allSatisfy {
        $0.message == "call server response = name:\"Hello laurence\" id:\"v9\""
      }
    )
  }

  @Test("calls at its rate")
  func rate() async throws {
    let clock = SteppedClock(end: 1_000_000_000)
    try await whileCalling(Probe { _ in }, .init(rate: 50), clock: clock.callClock) { caller in
      #expect(await waits { clock.isOver })
      #expect(await waits { caller.counts.inFlight == 0 })
      #expect(caller.counts.succeeded == 50)
    }
    #expect(lines.values.allSatisfy { $0.time == Timestamp(microseconds: 7) })
  }

  @Test("does not pile up calls on a server that is stuck, and counts those it leaves out")
  func stuck() async throws {
    let gate = Gate()
    let service = Probe { _ in await gate.wait() }
    let settings = GreeterCaller<HTTP2ClientTransport.Posix>.Settings(
      rate: 500,
      inFlightLimit: 3,
      timeout: nil
    )
    try await whileCalling(service, settings) { caller in
      #expect(await waits { caller.counts.leftOut >= 20 })
      #expect(caller.counts.inFlight == 3 && lines.values.isEmpty)
      gate.open()
    }
  }

  @Test("gives up a call that takes too long, and goes on")
  func timeout() async throws {
    let gate = Gate()
    let service = Probe { count in
      if count == 1 { await gate.wait() }
    }
    let settings = GreeterCaller<HTTP2ClientTransport.Posix>.Settings(
      rate: 100,
      timeout: .milliseconds(300)
    )
    try await whileCalling(service, settings) { caller in
      #expect(await waits { caller.counts.failed >= 1 && caller.counts.succeeded >= 3 })
      gate.open()
    }
    let errors = lines.values.filter { $0.level == .error }
    #expect(errors.first?.message.contains("code = DeadlineExceeded") == true)
  }

  @Test("logs a call that failed, and goes on")
  func failure() async throws {
    let service = Probe { count in
      if count == 1 { throw RPCError(code: .unavailable, message: "draining") }
    }
    try await whileCalling(service, .init(rate: 100)) { caller in
      #expect(await waits { caller.counts.failed == 1 && caller.counts.succeeded >= 3 })
    }
    #expect(
      lines.values.filter { $0.level == .error }.map(\.message)
        == ["call server error = rpc error: code = Unavailable desc = draining"]
    )
  }

  @Test("makes no call at rate 0, until it is stopped")
  func idle() async throws {
    let service = Probe { _ in }
    try await withLoopback(to: service) { client in
      // A client that is stopped before it ever ran is an error.
      _ = try await Api_Greeter.Client(wrapping: client).sayHello(Api_HelloRequest())
      let caller = GreeterCaller(calling: client, settings: .init(rate: 0), log: nil)
      await withTaskGroup { group in
        group.addTask { await caller.run() }
        group.cancelAll()
      }
      #expect(caller.counts == CallCounts())
    }
    #expect(service.seen.count == 1)
  }
}

/// A server that notes what it is asked, and does what it is told before it answers.
private final class Probe: Api_Greeter.ServiceProtocol {
  private let notes = Mutex<[[String]]>([])
  /// Told the call's number, from 1.
  private let act: @Sendable (Int) async throws -> Void

  init(_ act: @escaping @Sendable (Int) async throws -> Void) {
    self.act = act
  }

  /// Name and the headers `user` and `x-a` of each call.
  var seen: [[String]] { notes.withLock { $0 } }

  func sayHello(
    request: ServerRequest<Api_HelloRequest>,
    context: ServerContext
  ) async throws -> ServerResponse<Api_User> {
    let headers = ["user", "x-a"].flatMap { Array(request.metadata[stringValues: $0]) }
    let number = notes.withLock { notes in
      notes.append([request.message.name] + headers)
      return notes.count
    }
    try await act(number)
    var user = Api_User()
    user.name = "Hello \(request.message.name)"
    user.id = "v9"
    return ServerResponse(message: user)
  }

  func sayHelloStream(
    request: StreamingServerRequest<Api_HelloRequest>,
    context: ServerContext
  ) async throws -> StreamingServerResponse<Api_User> {
    throw RPCError(code: .unimplemented, message: "")
  }
}

/// Holds up whoever waits until it is opened.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)

  func open() { isOpen.withLock { $0 = true } }

  func wait() async {
    _ = await waits(within: .seconds(60)) { isOpen.withLock { $0 } }
  }
}

private final class Lines: Sendable {
  private let kept = Mutex<[DubboLogLine]>([])

  var values: [DubboLogLine] { kept.withLock { $0 } }

  func append(_ line: DubboLogLine) { kept.withLock { $0.append(line) } }
}

/// A clock that jumps to where its sleeper wants to be, up to its end.
private final class SteppedClock: Sendable {
  private let time = Mutex<UInt64>(0)
  private let end: UInt64

  init(end: UInt64) {
    self.end = end
  }

  var isOver: Bool { time.withLock { $0 >= end } }

  var callClock: CallClock {
    CallClock(
      now: { MonotonicTime(nanoseconds: self.time.withLock { $0 }) },
      wallTime: { Timestamp(microseconds: 7) },
      sleep: { moment in
        let isOver = self.time.withLock { time in
          time = min(moment.nanoseconds, self.end)
          return moment.nanoseconds >= self.end
        }
        if isOver { try await Task.sleep(for: .seconds(600)) }
      }
    )
  }
}
