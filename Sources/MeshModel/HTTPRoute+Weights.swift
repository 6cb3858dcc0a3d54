extension HTTPRoute {
  /// The sum of weights that are told in percent.
  static let percent: UInt64 = 100

  /// The weights after `amount` percentage points of their sum moved to (or, if negative, from) a
  /// destination.
  ///
  /// The sum stays where it is 100 or more; below that it becomes 100 first, by largest remainder,
  /// so that a point is one unit. A shift ends where the destination has nothing left or everything,
  /// and is at least one unit before that. The others give or take in proportion to what they have,
  /// by largest remainder; where they have nothing, the next destination takes all.
  ///
  /// - Returns: The weights as they are where there is nothing to shift.
  package func shiftedWeights(
    destination: Int,
    amount: Int
  ) throws(MeshConfigError) -> [Weight] {
    try checkDestination(destination)
    let sum = try checkedSum(destinations.map(\.weight))
    let own = UInt64(destinations[destination].weight.value)
    guard amount < 0 ? own > 0 : amount > 0 && own < sum else { return destinations.map(\.weight) }
    guard sum >= HTTPRoute.percent else {
      return try inPercent.shiftedWeights(destination: destination, amount: amount)
    }
    let units = HTTPRoute.units(ofPercent: amount.magnitude, of: sum)
    let target = amount < 0 ? own - min(units, own) : min(own + units, sum)
    return weights(giving: target, to: destination, of: sum)
  }

  /// All destinations alike; their sum is as near below the old one as can be, and never 0.
  package var evenWeights: [Weight] {
    guard !destinations.isEmpty else { return [] }
    let share = max(1, totalWeight / UInt64(destinations.count))
    return destinations.map { _ in Weight(clamping: Int(clamping: share)) }
  }

  /// Gives back `weights`, if the rule can have them.
  package func checkedWeights(_ weights: [Weight]) throws(MeshConfigError) -> [Weight] {
    guard weights.count == destinations.count else {
      throw MeshConfigError(
        .weightsMalformed,
        "found \(weights.count) weights for \(destinations.count) destinations; "
          + "want one a destination, such as \(HTTPRoute.exampleWeights(destinations.count))"
      )
    }
    _ = try checkedSum(weights)
    return weights
  }

  /// The weights where one destination has `target` of `sum`, and the others share what is left in
  /// proportion to what they have now.
  ///
  /// There must be another destination, and `target <= sum`, which fits 32 bits.
  func weights(giving target: UInt64, to destination: Int, of sum: UInt64) -> [Weight] {
    var claims = destinations.map { UInt64($0.weight.value) }
    claims[destination] = 0
    if claims.allSatisfy({ $0 == 0 }) {
      claims[(destination + 1) % claims.count] = 1
    }
    var shares = HTTPRoute.apportion(sum - target, among: claims)
    shares[destination] = target
    return shares.map { Weight(clamping: Int($0)) }
  }

  /// - Throws: Unless there is such a destination, and another one to share with.
  func checkDestination(_ index: Int) throws(MeshConfigError) {
    guard destinations.indices.contains(index) else {
      throw MeshConfigError(
        .destinationNotFound,
        "destination \(index &+ 1) isn't there; want 1 to \(destinations.count)"
      )
    }
    guard destinations.count > 1 else {
      throw MeshConfigError(
        .destinationsMissing,
        "\(destinations[index].label) is the rule's only destination and gets every call; "
          + "want a second one to share with"
      )
    }
  }

  /// The sum of weights that can be: above 0 and below 2^32.
  func checkedSum(_ weights: [Weight]) throws(MeshConfigError) -> UInt64 {
    let sum = weights.reduce(UInt64(0)) { $0 + UInt64($1.value) }
    guard sum > 0 else {
      throw MeshConfigError(
        .weightsAllZero,
        "all weights are 0, so no destination could get a call; want at least one above 0"
      )
    }
    guard sum <= UInt64(UInt32.max) else {
      throw MeshConfigError(
        .weightsOverflow,
        "the weights' sum is \(sum); want at most \(UInt32.max), which is what xDS can carry"
      )
    }
    return sum
  }

  /// The same rule with weights whose sum is 100; some weight must be above 0.
  private var inPercent: HTTPRoute {
    let claims = destinations.map { UInt64($0.weight.value) }
    var route = self
    for (index, share) in HTTPRoute.apportion(HTTPRoute.percent, among: claims).enumerated() {
      route.destinations[index].weight = Weight(clamping: Int(share))
    }
    return route
  }

  /// `1:1:2` with as many numbers as asked for.
  static func exampleWeights(_ count: Int) -> String {
    let ones = Array(repeating: "1", count: max(0, count - 1)).joined(separator: ":")
    return ones + (count > 1 ? ":2" : "1")
  }

  /// `percent` of `sum`, to the nearest unit, but 1 at least unless 0 percent were asked for.
  private static func units(ofPercent percent: UInt, of sum: UInt64) -> UInt64 {
    guard percent > 0 else { return 0 }
    return max(1, (UInt64(min(percent, 100)) * sum + 50) / 100)
  }

  /// Splits `amount` in proportion to `claims` by largest remainder; the first wins a tie.
  ///
  /// All numbers fit 32 bits, and some claim is above 0.
  private static func apportion(_ amount: UInt64, among claims: [UInt64]) -> [UInt64] {
    let total = claims.reduce(0, +)
    var shares = claims.map { amount * $0 / total }
    let left = Int(amount - shares.reduce(0, +))
    let byRemainder = claims.indices.sorted { first, second in
      let remainders = (amount * claims[first] % total, amount * claims[second] % total)
      return remainders.0 == remainders.1 ? first < second : remainders.0 > remainders.1
    }
    for index in byRemainder.prefix(left) { shares[index] += 1 }
    return shares
  }
}
