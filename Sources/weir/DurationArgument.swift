import ArgumentParser

/// A length of time on the command line: `500ms`, `10s`, `2m`, `1h`, or plain seconds.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

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
}
