import ArgumentParser

/// A length of time on the command line: `500ms`, `10s`, `2m`, `1h`, or plain seconds.
struct DurationArgument: ExpressibleByArgument, Hashable {
  let duration: Duration

  init(_ duration: Duration) {
    self.duration = duration
  }

  init?(argument: String) {
    let units: [(suffix: String, seconds: Double)] = [
      ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600),
    ]
    let unit = units.first { argument.hasSuffix($0.suffix) }
    guard let number = Double(argument.dropLast(unit?.suffix.count ?? 0)) else { return nil }
    let seconds = number * (unit?.seconds ?? 1)
    guard seconds > 0, seconds < 1e9 else { return nil }
    duration = .seconds(seconds)
  }

  var defaultValueDescription: String {
    let milliseconds = Int(duration / .milliseconds(1))
    return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
  }
}

/// A length of time, or `off`.
enum Interval: ExpressibleByArgument, Hashable {
  case off
  case every(Duration)

  init?(argument: String) {
    if argument == "off" {
      self = .off
    } else if let value = DurationArgument(argument: argument) {
      self = .every(value.duration)
    } else {
      return nil
    }
  }

  /// nil where it is off.
  var duration: Duration? {
    switch self {
    case .off: nil
    case .every(let duration): duration
    }
  }

  var defaultValueDescription: String {
    duration.map { DurationArgument($0).defaultValueDescription } ?? "off"
  }
}
