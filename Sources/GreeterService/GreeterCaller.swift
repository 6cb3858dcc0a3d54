package import GRPCCore
package import MeshModel
import Synchronization
import TrafficEngine
import XDSProtos

/// The walkthrough's client: calls `SayHello` in a loop, through the generated stub and nothing else,
/// and logs each answer in dubbo-go's format.
///
/// The loop is open: a slow answer does not delay the next call. Of calls that would pile up on a
/// server that is stuck, those beyond a bound are left out and counted.
package struct GreeterCaller<Transport: ClientTransport>: Sendable {
  package struct Settings: Hashable, Sendable {
    /// Who is greeted.
    package var name: String
    /// Sent with every call; lower-case names.
    package var headers: [HeaderField]
    /// Calls a second; 0 for none.
    package var rate: Double
    /// Calls that may be unanswered at one moment.
    package var inFlightLimit: Int
    /// How long a call may take; nil for as long as it likes.
    package var timeout: Duration?

    package init(
      name: String = "laurence",
      headers: [HeaderField] = [],
      rate: Double = 1,
      inFlightLimit: Int = 100,
      timeout: Duration? = .seconds(10)
    ) {
      self.name = name
      self.headers = headers
      self.rate = rate
      self.inFlightLimit = inFlightLimit
      self.timeout = timeout
    }
  }

  private let greeter: Api_Greeter.Client<Transport>
  private let settings: Settings
  private let clock: CallClock
  private let seed: UInt64
  private let log: (@Sendable (DubboLogLine) -> Void)?
  private let tally = CallTally()

  /// - Parameters:
  ///   - client: Its connections must be run by the owner.
  ///   - settings: What to call, and how often.
  ///   - clock: The time.
  ///   - seed: Decides when within the first gap the first call comes, so that clients that were
  ///     started together don't march in step.
  ///   - log: Told of every answer and failure, from any task; nil for no log.
  package init(
    calling client: GRPCClient<Transport>,
    settings: Settings,
    clock: CallClock = .system,
    seed: UInt64 = .random(in: 0 ... .max),
    log: (@Sendable (DubboLogLine) -> Void)?
  ) {
    greeter = Api_Greeter.Client(wrapping: client)
    self.settings = settings
    self.clock = clock
    self.seed = seed
    self.log = log
  }

  package var counts: CallCounts { tally.counts }

  /// Calls until the task is cancelled; calls that are out then are given up.
  package func run() async {
    var dice = SplitMix64(seed: seed)
    var schedule = LoadSchedule(
      .constant,
      rate: settings.rate,
      from: clock.now(),
      // A timer that is late by 50 ms must not lower a high rate.
      maximumBurst: max(8, Int(min(settings.rate, 1e6) / 20)),
      using: &dice
    )
    await withDiscardingTaskGroup { group in
      while let next = schedule.nextArrival {
        do { try await clock.sleep(next) } catch { return }
        let due = schedule.takeDue(at: clock.now(), using: &dice)
        for _ in 0..<due where tally.begin(limit: settings.inFlightLimit) {
          group.addTask { await call() }
        }
      }
      await waitUntilCancelled()
    }
  }

  private func waitUntilCancelled() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    continuation.finish()
  }

  private func call() async {
    var request = Api_HelloRequest()
    request.name = settings.name
    var options = CallOptions.defaults
    options.timeout = settings.timeout
    do {
      let user = try await greeter.sayHello(request, metadata: metadata, options: options)
      tally.end(isOK: true)
      log?(DubboLogLine(time: clock.wallTime(), response: user))
    } catch {
      // What we gave up ourselves is no failure.
      guard !Task.isCancelled else { return }
      tally.end(isOK: false)
      let error = error as? RPCError ?? RPCError(code: .unknown, message: "\(error)")
      log?(DubboLogLine(time: clock.wallTime(), error: error))
    }
  }

  private var metadata: Metadata {
    var metadata = Metadata()
    for header in settings.headers { metadata.addString(header.value, forKey: header.name) }
    return metadata
  }
}
