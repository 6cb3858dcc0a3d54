/// Durations as Istio's files write them: numbers with units, one after another, such as `1m30s`.
enum DurationText {
  private static let units = ["ns", "us", "µs", "ms", "s", "m", "h"]

  static func isDuration(_ text: String) -> Bool {
    var rest = text[...]
    guard !rest.isEmpty else { return false }
    while !rest.isEmpty {
      let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
      let unit = rest.dropFirst(number.count).prefix { $0 != "." && !("0"..."9").contains($0) }
      guard Double(number) != nil, number.count <= 20, units.contains(String(unit)) else {
        return false
      }
      rest = rest[unit.endIndex...]
    }
    return true
  }
}
