import ArgumentParser

/// A length of time on the command line: `500ms`, `10s`, `2m`, `1h`, or plain seconds.
struct DurationArgument: Hashable {
  let duration: Duration

  init(_ duration: Duration) {
    self.duration = duration
  }

  init?(_ text: String) {
    let units: [(suffix: String, seconds: Double)] = [
      ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600),
    ]
    let unit = units.first { text.hasSuffix($0.suffix) }
    guard let number = Double(text.dropLast(unit?.suffix.count ?? 0)) else { return nil }
    let seconds = number * (unit?.seconds ?? 1)
    guard seconds > 0, seconds < 1e9 else { return nil }
    duration = .seconds(seconds)
  }

  /// Reads the value of a flag.
  ///
  /// - Throws: `ValidationError`, which names the flag.
  init(parsing text: String, flag: String) throws {
    guard let value = DurationArgument(text) else {
      throw ValidationError("\(flag) is \(text); want a time above 0, such as 500ms, 10s or 2m")
    }
    self = value
  }
}

/// A length of time, or `off`.
enum Interval: Hashable {
  case off
  case every(Duration)

  /// Reads the value of a flag.
  ///
  /// - Throws: `ValidationError`, which names the flag.
  init(parsing text: String, flag: String) throws {
    if text == "off" {
      self = .off
    } else if let value = DurationArgument(text) {
      self = .every(value.duration)
    } else {
      throw ValidationError(
        "\(flag) is \(text); want off or a time above 0, such as 500ms, 10s or 2m"
      )
    }
  }

  /// nil where it is off.
  var duration: Duration? {
    switch self {
    case .off: nil
    case .every(let duration): duration
    }
  }
}
