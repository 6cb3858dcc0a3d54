internal import NIOCore

/// When a connection is pinged, drained and closed.
///
///     settingUp ──first frame──► open ──age, idleness, shutdown──► draining ──► closing
///         └────────────too slow, silent after a ping, too many pings──────────────┘
///
/// Time is a parameter, so nothing here waits. ``deadline`` says when to ask what is due.
struct ConnectionLife {
  enum Action: Equatable {
    /// Ping the client.
    case ping
    /// Tell the client to open no more streams: GOAWAY, PING.
    case drain(String)
    /// Close: nothing more is to be said, or the client doesn't listen.
    case close(Reason)
  }

  enum Reason: String {
    case tooSlow = "it spoke no HTTP/2 in time"
    case silent = "it didn't answer a ping"
    case graceOver = "its grace time is over"
    case closed = "it has nothing left to do"
  }

  private enum Phase: Equatable {
    case settingUp(until: NIODeadline)
    case open
    /// GOAWAY was sent.
    case draining(until: NIODeadline)
    case closing(until: NIODeadline)
  }

  /// What it takes to begin draining.
  enum Drain: Hashable {
    /// Streams are open: the client is told, twice.
    case tell
    /// Nothing is open: the client is told once, and the connection closed.
    case close
    /// The client doesn't speak HTTP/2 yet, so there is nobody to tell.
    case drop
    /// It drains already.
    case nothing
  }

  /// More pings than this that come too soon, and the client is turned away.
  private static let maxPingStrikes = 2
  private static let minPingIntervalWithoutStreams = TimeAmount.hours(2)
  /// What a client may take to close its side.
  private static let closingTime = TimeAmount.seconds(1)

  private let rules: TransportKeepalive
  private let ageLimit: NIODeadline?
  private var phase: Phase
  private var openStreams = 0
  private var lastReceived: NIODeadline
  private var pingSent: NIODeadline?
  private var idleSince: NIODeadline?
  private var lastClientPing: NIODeadline?
  private var pingStrikes = 0

  /// Begins with the connection's acceptance.
  ///
  /// - Parameters:
  ///   - rules: When to ping, drain and close.
  ///   - setUpTimeout: How long the client may take until it speaks HTTP/2.
  ///   - ageFactor: From 0.9 to 1.1: by chance, so that connections that were opened together don't
  ///     close together.
  ///   - now: The time of the acceptance.
  init(
    rules: TransportKeepalive,
    setUpTimeout: Duration,
    ageFactor: Double,
    now: NIODeadline
  ) {
    self.rules = rules
    self.ageLimit = rules.maxAge.map { now + TimeAmount($0 * ageFactor) }
    self.phase = .settingUp(until: now + TimeAmount(setUpTimeout))
    self.lastReceived = now
    self.idleSince = now
  }

  /// When something is due next; it may have moved on by then.
  var deadline: NIODeadline? {
    switch phase {
    case .settingUp(let end), .closing(let end): end
    case .open: Self.first(Self.first(pingTime, silenceLimit), Self.first(ageLimit, idleLimit))
    case .draining(let end): Self.first(end, silenceLimit)
    }
  }

  private static func first(_ one: NIODeadline?, _ other: NIODeadline?) -> NIODeadline? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  /// What is due; nil for nothing yet.
  mutating func due(at now: NIODeadline) -> Action? {
    switch phase {
    case .settingUp(let end):
      return now >= end ? close(.tooSlow, at: now) : nil
    case .closing(let end):
      return now >= end ? .close(.closed) : nil
    case .draining(let end):
      if now >= end { return close(.graceOver, at: now) }
      return isSilent(now) ? close(.silent, at: now) : nil
    case .open:
      return dueWhileOpen(at: now)
    }
  }

  private mutating func dueWhileOpen(at now: NIODeadline) -> Action? {
    if isSilent(now) { return close(.silent, at: now) }
    if let ageLimit, now >= ageLimit { return .drain("it has reached its age") }
    if let idleLimit, now >= idleLimit { return .drain("it is idle") }
    guard let pingTime, now >= pingTime else { return nil }
    pingSent = now
    return .ping
  }

  private mutating func close(_ reason: Reason, at now: NIODeadline) -> Action {
    phase = .closing(until: now)
    return .close(reason)
  }

  private func isSilent(_ now: NIODeadline) -> Bool {
    silenceLimit.map { now >= $0 } ?? false
  }

  private var pingTime: NIODeadline? {
    guard pingSent == nil, let time = rules.time else { return nil }
    return lastReceived + TimeAmount(time)
  }

  private var silenceLimit: NIODeadline? {
    pingSent.map { $0 + TimeAmount(rules.timeout) }
  }

  private var idleLimit: NIODeadline? {
    guard let idleSince, let maxIdle = rules.maxIdle else { return nil }
    return idleSince + TimeAmount(maxIdle)
  }
}

// What happens to the connection.
extension ConnectionLife {
  /// Whether frames are worth reading.
  var isClosing: Bool {
    if case .closing = phase { true } else { false }
  }

  var isDraining: Bool {
    switch phase {
    case .draining, .closing: true
    case .settingUp, .open: false
    }
  }

  /// The client sent something.
  ///
  /// - Returns: Whether it was the first, so that something may be due earlier now.
  mutating func received(at now: NIODeadline) -> Bool {
    lastReceived = now
    pingSent = nil
    guard case .settingUp = phase else { return false }
    phase = .open
    return true
  }

  /// Something that the client asked for goes to it, so it may ping again.
  mutating func sent() {
    pingStrikes = 0
  }

  mutating func streamOpened() {
    openStreams += 1
    idleSince = nil
  }

  /// - Returns: Whether that was the last stream of a connection that is draining.
  mutating func streamClosed(at now: NIODeadline) -> Bool {
    openStreams -= 1
    guard openStreams == 0 else { return false }
    idleSince = now
    if case .draining = phase { return true }
    return false
  }

  /// - Returns: Whether the client pings too often.
  mutating func clientPinged(at now: NIODeadline) -> Bool {
    let isAllowed = openStreams > 0 || rules.allowsPingsWithoutStreams
    let interval =
      isAllowed ? TimeAmount(rules.minPingInterval) : Self.minPingIntervalWithoutStreams
    defer { lastClientPing = now }
    guard let lastClientPing, now < lastClientPing + interval else { return false }
    pingStrikes += 1
    return pingStrikes > Self.maxPingStrikes
  }

  mutating func startDraining(grace: Duration, at now: NIODeadline) -> Drain {
    switch phase {
    case .open:
      phase = .draining(until: now + TimeAmount(grace))
      return openStreams == 0 ? .close : .tell
    case .settingUp:
      phase = .closing(until: now)
      return .drop
    case .draining(let end):
      phase = .draining(until: min(end, now + TimeAmount(grace)))
      return .nothing
    case .closing:
      return .nothing
    }
  }

  /// The client was sent the last that there is to say.
  mutating func startClosing(at now: NIODeadline) {
    let end = now + Self.closingTime
    if case .draining(let graceEnd) = phase {
      phase = .closing(until: min(end, graceEnd))
    } else {
      phase = .closing(until: end)
    }
  }
}
