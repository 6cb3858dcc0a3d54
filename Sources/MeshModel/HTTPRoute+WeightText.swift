extension HTTPRoute {
  /// Reads what an operator types as the weight of a destination, told by its index.
  ///
  /// - `25`: 25 units of the sum, which stays; the others share the rest in proportion. Where the sum
  ///   is below 100 it means 25 %.
  /// - `25%`, `12.5%`: that share of the sum, which grows to 100 (or 1000, 10000) where it is too
  ///   small to be so divided.
  /// - `3:1`, `1:1:2`: all weights of the rule, in order.
  ///
  /// - Throws: ``MeshConfigError``; with code `weightsAllZero` also where the only destination that
  ///   has weight would get 0, since nobody said who should get the calls instead.
  package func parseWeights(
    _ text: String,
    destination: Int
  ) throws(MeshConfigError) -> [Weight] {
    let text = text.split(whereSeparator: \.isWhitespace).joined()
    if text.contains(":") {
      return try checkedWeights(ratio(text))
    }
    try checkDestination(destination)
    let sum = try checkedSum(destinations.map(\.weight))
    if text.hasSuffix("%") {
      return try weights(percent: text.dropLast(), destination: destination, of: sum)
    }
    guard let units = HTTPRoute.number(text[...]) else { throw malformed(text) }
    if sum < HTTPRoute.percent {
      return try weights(percent: text[...], destination: destination, of: sum)
    }
    guard units <= sum else {
      throw MeshConfigError(
        .weightOutOfRange,
        "\(text) is more than the weights' sum of \(sum); want 0 to \(sum), "
          + "a share such as 25%, or all weights such as \(HTTPRoute.exampleWeights(destinations.count))"
      )
    }
    return try checkedWeights(giving: units, to: destination, of: sum)
  }

  private func ratio(_ text: String) throws(MeshConfigError) -> [Weight] {
    var weights: [Weight] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      guard let number = HTTPRoute.number(part) else { throw malformed(text) }
      weights.append(try Weight(Int(number)))
    }
    return weights
  }

  private func weights(
    percent: Substring,
    destination: Int,
    of sum: UInt64
  ) throws(MeshConfigError) -> [Weight] {
    let parts = percent.split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1].count : 0
    guard parts.count <= 2, parts.count == 1 || (1...2).contains(decimals),
      let digits = HTTPRoute.number(parts.joined()[...])
    else { throw malformed("\(percent)%") }
    let whole: UInt64 = [100, 1000, 10_000][decimals]
    guard digits <= whole else {
      throw MeshConfigError(.weightOutOfRange, "\(percent)% is more than all; want 0% to 100%")
    }
    // A sum of 3 can't give 25 %: then the weights are told in parts of a hundred (or more).
    let divides = (sum * digits).isMultiple(of: whole)
    let newSum = divides ? sum : max(sum, whole)
    let target = (newSum * digits + whole / 2) / whole
    return try checkedWeights(giving: target, to: destination, of: newSum)
  }

  private func checkedWeights(
    giving target: UInt64,
    to destination: Int,
    of sum: UInt64
  ) throws(MeshConfigError) -> [Weight] {
    let isOnlyOne = totalWeight == UInt64(destinations[destination].weight.value)
    guard target > 0 || !isOnlyOne else {
      let label = destinations[destination].label
      throw MeshConfigError(
        .weightsAllZero,
        "\(label) is the only destination with weight and can't get 0; want weight for another "
          + "one first, or all weights such as \(HTTPRoute.exampleWeights(destinations.count))"
      )
    }
    return weights(giving: target, to: destination, of: sum)
  }

  private func malformed(_ text: String) -> MeshConfigError {
    MeshConfigError(
      .weightsMalformed,
      "found \"\(text)\" as a weight; want a number such as 25, a share such as 25%, "
        + "or all weights such as \(HTTPRoute.exampleWeights(destinations.count))"
    )
  }

  /// A whole number of ASCII digits; nil for anything else, and above 10 digits.
  private static func number(_ text: Substring) -> UInt64? {
    guard !text.isEmpty, text.utf8.count <= 10 else { return nil }
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return UInt64(text)
  }
}
