package import MeshModel

/// All that consoles, the admin API and the command line ask of an engine, be it of this process or
/// at the other end of a socket.
///
/// Every function throws ``EngineError``.
package protocol EngineOperations: Sendable {
  /// Who the engine is, and since when.
  func identity() async throws -> EngineIdentity

  /// Pictures for one viewer, the newest only: none waits for one who is slow.
  ///
  /// - Parameter views: What the viewer wants to see, again whenever that changes; the pictures end
  ///   when it does.
  /// - Returns: The pictures.
  func pictures(_ views: AsyncStream<PictureRequest>) -> AsyncThrowingStream<MeshPicture, any Error>

  /// Changes the rule book; durable when it returns.
  ///
  /// - Throws: `refused`, `conflict`, `notStored`.
  func change(_ change: RuleChange) async throws -> ChangeReceipt

  /// What a change would do and what the checks say of it; changes nothing.
  func check(_ change: RuleChange) async throws -> ChangePreview

  /// A revision of the book; the newest for nil.
  ///
  /// - Throws: `notFound` where it is no longer kept.
  func revision(_ number: UInt64?) async throws -> Revision

  /// The newest revisions, newest first, without their rules.
  ///
  /// - Parameters:
  ///   - before: Only those before this number; nil for all.
  ///   - limit: How many at most.
  /// - Returns: The revisions.
  /// - Throws: `unreachable`.
  func history(before: UInt64?, limit: Int) async throws -> [RevisionSummary]

  /// What becomes of a call, and why.
  func explain(_ request: ExplainRequest) async throws -> CallExplanation

  /// The xDS resources of a profile, by type and name, under the newest rules or those that a change
  /// would make; with what its clients can't do of them.
  func resources(profile: String, after change: RuleChange?) async throws -> ResourceListing

  /// What runs: the services and workloads that rules apply to.
  func inventory() async throws -> MeshInventory

  /// Calls of the log, as they come.
  func calls(_ request: CallsRequest) -> AsyncThrowingStream<CallsBatch, any Error>

  /// Kills or restarts a workload or client of a mesh that the engine hosts.
  ///
  /// - Throws: `notFound`; `refused` where the engine doesn't run it.
  func control(process id: String, _ action: ProcessAction) async throws
}

package struct EngineIdentity: Hashable, Sendable {
  /// Weir's version.
  package var version: String
  /// `local`, `sim` or `external`.
  package var mesh: String
  package var processID: Int
  package var started: Timestamp
  /// The run's ID, which config versions begin with.
  package var boot: String
  package var revision: UInt64
  package var xdsAddress: String
  /// Where revisions are stored; empty where they are not.
  package var store: String

  package init(
    version: String,
    mesh: String,
    processID: Int,
    started: Timestamp,
    boot: String,
    revision: UInt64,
    xdsAddress: String,
    store: String
  ) {
    self.version = version
    self.mesh = mesh
    self.processID = processID
    self.started = started
    self.boot = boot
    self.revision = revision
    self.xdsAddress = xdsAddress
    self.store = store
  }
}

/// What a viewer wants in its pictures.
package struct PictureRequest: Hashable, Sendable {
  /// The words of a filter of the call log; empty for all calls.
  package var callFilter: String
  /// How many of the log's newest rows are wanted, at most.
  package var callLimit: Int
  /// How often, at most.
  package var interval: Duration

  package init(
    callFilter: String = "",
    callLimit: Int = 2_000,
    interval: Duration = .milliseconds(33)
  ) {
    self.callFilter = callFilter
    self.callLimit = callLimit
    self.interval = interval
  }
}

/// What somebody asks to be done to the rule book.
package struct RuleChange: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    case edit(RuleEdit)
    case undo
    case redo
    /// Makes the content of an earlier revision the newest.
    case rollback(to: UInt64)
  }

  package var action: Action
  /// The revision that the change was made upon: where another is the newest, it is a conflict.
  ///
  /// nil for changes that hold upon any, as weight keys do.
  package var expected: UInt64?
  /// Who: `operator` for the console's keys, else a user's name; where empty, who the caller is to the
  /// admin API.
  package var author: String
  /// By what: `console`, `apply -f greeter.yaml`, `set-weight`, `files`.
  package var cause: String
  /// When somebody asked for it, such as by a key; nil for when it reaches the engine.
  ///
  /// By the clock of the engine's machine; an engine heeds none that lies ahead, or far behind.
  package var asked: MonotonicTime?

  package init(
    _ action: Action,
    expected: UInt64? = nil,
    author: String = "operator",
    cause: String = "console",
    asked: MonotonicTime? = nil
  ) {
    self.action = action
    self.expected = expected
    self.author = author
    self.cause = cause
    self.asked = asked
  }
}

/// What became of a change.
package struct ChangeReceipt: Hashable, Sendable {
  package enum Effect: String, Hashable, Sendable {
    case created, configured, unchanged, deleted
  }

  package struct ObjectEffect: Hashable, Sendable {
    package var key: MeshObjectKey
    package var effect: Effect

    package init(key: MeshObjectKey, effect: Effect) {
      self.key = key
      self.effect = effect
    }
  }

  /// The newest revision: that of the change, or the one before where nothing changed.
  package var revision: UInt64
  package var isNew: Bool
  package var title: String
  /// The objects that were named, and those that became others.
  package var effects: [ObjectEffect]
  /// The checks' warnings about the new rules.
  package var findings: [Finding]

  package init(
    revision: UInt64,
    isNew: Bool,
    title: String,
    effects: [ObjectEffect] = [],
    findings: [Finding] = []
  ) {
    self.revision = revision
    self.isNew = isNew
    self.title = title
    self.effects = effects
    self.findings = findings
  }
}

/// What a change would do.
package struct ChangePreview: Hashable, Sendable {
  package var receipt: ChangeReceipt
  /// The book before and after; equal where the change does nothing or is refused.
  package var before: MeshRules
  package var after: MeshRules
  /// Errors too: with one of them the change would be refused.
  package var findings: [Finding] { receipt.findings }

  package init(receipt: ChangeReceipt, before: MeshRules, after: MeshRules) {
    self.receipt = receipt
    self.before = before
    self.after = after
  }
}

/// One accepted state of the rules.
package struct Revision: Hashable, Sendable {
  /// From 1, without a gap, across restarts of the engine.
  package let number: UInt64
  package let rules: MeshRules
  package let time: Timestamp
  /// What it changed, such as `rule 2: v1 90 -> 80, v2 10 -> 20`.
  package let title: String
  package let author: String
  /// By what: see ``RuleChange/cause``.
  package let cause: String

  package init(
    number: UInt64,
    rules: MeshRules,
    time: Timestamp,
    title: String,
    author: String,
    cause: String = ""
  ) {
    self.number = number
    self.rules = rules
    self.time = time
    self.title = title
    self.author = author
    self.cause = cause
  }

  package var summary: RevisionSummary {
    RevisionSummary(number: number, time: time, title: title, author: author, cause: cause)
  }
}

/// A revision without its rules.
package struct RevisionSummary: Hashable, Sendable {
  package var number: UInt64
  package var time: Timestamp
  package var title: String
  package var author: String
  package var cause: String

  package init(number: UInt64, time: Timestamp, title: String, author: String, cause: String) {
    self.number = number
    self.time = time
    self.title = title
    self.author = author
    self.cause = cause
  }
}

/// The resources that clients of one profile are served.
package struct ResourceListing: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// `LDS`, `RDS`, `CDS` or `EDS`.
    package var type: String
    package var name: String
    /// The resource as protobuf's JSON, with stable order, over several lines.
    package var json: String

    package init(type: String, name: String, json: String) {
      self.type = type
      self.name = name
      self.json = json
    }
  }

  package var profile: String
  package var revision: UInt64
  package var entries: [Entry]
  /// What clients of the profile can't do of the rules.
  package var notes: [String]

  package init(profile: String, revision: UInt64, entries: [Entry], notes: [String] = []) {
    self.profile = profile
    self.revision = revision
    self.entries = entries
    self.notes = notes
  }
}

/// Which calls of the log are wanted.
package struct CallsRequest: Hashable, Sendable {
  /// The words of a filter, as the console's; empty for all.
  package var filter: String
  /// How many of the calls that are there already come first, at most.
  package var tail: Int
  /// Whether to go on with the calls to come; otherwise it ends after those that are there.
  package var follows: Bool

  package init(filter: String = "", tail: Int = 2_000, follows: Bool = false) {
    self.filter = filter
    self.tail = tail
    self.follows = follows
  }
}

package struct CallsBatch: Hashable, Sendable {
  /// Oldest first.
  package var rows: [CallRow]
  /// Calls before these that are lost to this reader, since more came than it took.
  package var dropped: UInt64

  package init(rows: [CallRow], dropped: UInt64 = 0) {
    self.rows = rows
    self.dropped = dropped
  }
}

package enum ProcessAction: String, CaseIterable, Hashable, Sendable {
  /// Ends it at once; it is started again as after any death.
  case kill
  /// Ends it gracefully, and starts it again.
  case restart
}
