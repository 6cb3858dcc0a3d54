package import MeshModel

/// What `weir set-weight` is told of the weights: `even`, `v1=90 v2=10`, `v2=25%` or `3:1`.
package struct WeightsArgument: Hashable, Sendable {
  package enum Form: Hashable, Sendable {
    case even
    /// All of them in order, as `3:1`.
    case ratio(String)
    /// By the destination's subset, or its host where it has none.
    case named([Named])
  }

  package struct Named: Hashable, Sendable {
    package var label: String
    /// A number, or a share such as `25%`.
    package var weight: String
  }

  package let form: Form

  /// Reads the words.
  ///
  /// - Throws: ``VerbError`` with status `usage`.
  package init(_ words: [String]) throws(VerbError) {
    if words == ["even"] {
      form = .even
    } else if words.count == 1, words[0].contains(":"), !words[0].contains("=") {
      form = .ratio(words[0])
    } else {
      var named: [Named] = []
      for word in words {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
          throw VerbError(.usage, "found \(word); want even, v1=90 v2=10, v2=25% or 3:1")
        }
        named.append(Named(label: String(parts[0]), weight: String(parts[1])))
      }
      guard !named.isEmpty, Set(named.map(\.label)).count == named.count else {
        throw VerbError(.usage, "want each destination once, such as v1=90 v2=10, or even")
      }
      form = .named(named)
    }
  }

  /// Whether a rule has all the destinations that are named.
  package func fits(_ route: HTTPRoute) -> Bool {
    guard route.destinations.count > 1 else { return false }
    guard case .named(let named) = form else { return true }
    let labels = Set(route.destinations.map(\.label))
    return named.allSatisfy { labels.contains($0.label) }
  }

  /// The rule's new weights, one a destination.
  ///
  /// - Throws: ``VerbError`` where they can't be.
  package func weights(for route: HTTPRoute) throws(VerbError) -> [Weight] {
    do throws(MeshConfigError) {
      switch form {
      case .even: return route.evenWeights
      case .ratio(let text): return try route.parseWeights(text, destination: 0)
      case .named(let named): return try weights(named, route)
      }
    } catch {
      throw VerbError(.inputInvalid, error.message)
    }
  }

  /// One alone takes its weight from the others, as a weight that is typed in the console.
  private func weights(
    _ named: [Named],
    _ route: HTTPRoute
  ) throws(MeshConfigError) -> [Weight] {
    let labels = route.destinations.map(\.label)
    let known = labels.joined(separator: ", ")
    for each in named where !labels.contains(each.label) {
      throw MeshConfigError(
        .destinationNotFound,
        "the rule has no destination \(each.label); want one of \(known)"
      )
    }
    if named.count == 1, labels.count > 1, let index = labels.firstIndex(of: named[0].label) {
      return try route.parseWeights(named[0].weight, destination: index)
    }
    guard named.count == labels.count else {
      throw MeshConfigError(
        .weightsMalformed,
        "found weights for \(named.map(\.label).joined(separator: ", ")); "
          + "want one for each of \(known), or for one alone"
      )
    }
    var weights: [Weight] = []
    for label in labels {
      let text = named.first { $0.label == label }?.weight ?? ""
      guard let number = Int(text) else {
        throw MeshConfigError(
          .weightsMalformed,
          "found \(label)=\(text); want a whole number where all destinations are named"
        )
      }
      weights.append(try Weight(number))
    }
    return try route.checkedWeights(weights)
  }
}
