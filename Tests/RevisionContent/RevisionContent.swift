package import MeshModel

/// What the crash test's writer and its judge agree on.
package enum RevisionContent {
  /// The rules of a revision: several objects, each of which tells the number.
  package static func rules(_ number: UInt64) -> MeshRules {
    var rules = Walkthrough.start
    rules.virtualServices[0].http[0].name = "rev-\(number)"
    rules.virtualServices[0].http[0].destinations[0].weight = Weight(clamping: Int(number % 97))
    rules.virtualServices[0].http[0].destinations[1].weight = .hundred
    rules.destinationRules[0].subsets[0].labels["rev"] = "\(number)"
    // Now and then larger than a page, and now and then with another number of objects.
    for index in 0..<(number % 5) {
      let name = ResourceName(name: "extra-\(index)")
      let subsets = (0..<(number % 40)).map { Subset(name: "s\($0)", labels: ["rev": "\(number)"]) }
      rules.destinationRules.append(
        DestinationRule(name: name, host: "host-\(index)", subsets: subsets)
      )
    }
    return rules
  }
}
