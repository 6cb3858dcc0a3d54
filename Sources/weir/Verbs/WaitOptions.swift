import ArgumentParser
import Verbs

extension WaitRequest.Condition: ExpressibleByArgument {}

/// A share on the command line: `2%` or `0.02`.
struct ShareArgument: Hashable {
  /// Above 0 and below 1.
  let share: Double

  /// Reads the value of a flag.
  ///
  /// - Throws: `ValidationError`, which names the flag.
  init(parsing text: String, flag: String) throws {
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? text.dropLast() : text[...]) else {
      throw ShareArgument.error(text, flag)
    }
    let share = isPercent ? number / 100 : number
    guard share > 0, share < 1 else { throw ShareArgument.error(text, flag) }
    self.share = share
  }

  private static func error(_ text: String, _ flag: String) -> ValidationError {
    ValidationError("\(flag) is \(text); want a share above 0 and below 1, such as 2% or 0.02")
  }
}

/// How long and how exactly is waited.
struct PatienceOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long to wait at most (default: 60s).", valueName: "duration"),
    transform: { try DurationArgument(parsing: $0, flag: "--timeout") }
  )
  var timeout = DurationArgument(.seconds(60))

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How far an observed share may be from the configured one (default: 2%).",
      valueName: "share"
    ),
    transform: { try ShareArgument(parsing: $0, flag: "--tolerance") }
  )
  var tolerance: ShareArgument?

  func request(_ condition: WaitRequest.Condition, rule: Int? = nil) -> WaitRequest {
    WaitRequest(
      condition,
      timeout: timeout.duration,
      tolerance: tolerance?.share ?? 0.02,
      rule: rule
    )
  }
}

/// What stands behind `--wait`.
///
/// Any word is taken, to be refused later: what can't be taken counts as the next argument, and the
/// flag as one without a value.
struct WaitArgument: ExpressibleByArgument, CustomStringConvertible {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  /// nil for what can only be an argument of its own, such as `v1=90`.
  init?(argument: String) {
    guard !argument.contains(where: { "=:/".contains($0) }) else { return nil }
    text = argument
  }

  var condition: WaitRequest.Condition? { WaitRequest.Condition(rawValue: text) }
  var description: String { text }
  var defaultValueDescription: String { text }
}

/// `--wait` after a change.
struct WaitOptions: ParsableArguments {
  @Option(
    name: .customLong("wait"),
    defaultAsFlag: WaitArgument(WaitRequest.Condition.ack.rawValue),
    parsing: .next,
    help: ArgumentHelp(
      """
      Wait until every client has the revision in force (ack, the default), until a response came \
      that only it could give (effect), or until responses split as the rules ask (observed).
      """,
      valueName: "ack|effect|observed"
    )
  )
  var argument: WaitArgument?

  @OptionGroup
  var patience: PatienceOptions

  func validate() throws {
    if let argument, argument.condition == nil {
      throw ValidationError("--wait is \(argument.text); want ack, effect or observed")
    }
  }

  func request(rule: Int? = nil) -> WaitRequest? {
    argument?.condition.map { patience.request($0, rule: rule) }
  }
}
