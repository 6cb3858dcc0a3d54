import MeshModel
import TerminalUI

/// A text field with the purpose that its text is for.
struct Prompt: Hashable, Sendable {
  enum Purpose: Hashable, Sendable {
    /// Replaces the matches of a rule; `original` is what they were.
    case matches(RuleAddress, original: [HTTPMatch])
    /// Inserts a rule with these destinations.
    case insert(RuleAddress, destinations: [RouteDestination])
    /// Adds a VirtualService to a service that has none.
    case firstRule(VirtualService)
    /// Sets the weights of a rule, by what is typed for one of its destinations.
    case weights(RuleAddress, destination: Int, label: String)
    case callFilter
    /// A call that is to be explained.
    case explain
  }

  var purpose: Purpose
  var field: TextField

  /// The pane that it belongs to.
  var pane: Pane {
    switch purpose {
    case .matches, .insert, .firstRule, .weights, .explain: .rules
    case .callFilter: .calls
    }
  }

  var label: String {
    switch purpose {
    case .matches(let address, _): "match of rule \(address.index + 1)"
    case .insert(let address, _): "match of new rule \(address.index + 1)"
    case .firstRule: "match of new rule 1"
    case .weights(_, _, let label): "weight of \(label)"
    case .callFilter: "filter"
    case .explain: "explain a call with"
    }
  }

  /// The index of the rule that it makes.
  var newRule: Int? {
    switch purpose {
    case .insert(let address, _): address.index
    case .firstRule: 0
    case .matches, .weights, .callFilter, .explain: nil
    }
  }

  /// How to fill it in.
  var hint: String {
    switch purpose {
    case .matches: Prompt.exampleMatch
    case .insert(_, let destinations): Prompt.goal(of: destinations)
    case .firstRule(let virtualService):
      Prompt.goal(of: virtualService.http.first?.destinations ?? [])
    case .weights: "25 or 25% for this destination, 3:1 for all of them"
    case .callFilter: "words, all must occur; ! for not"
    case .explain: "headers such as user=admin, a /package.Service/Method, client:NAME"
    }
  }

  private static let exampleMatch =
    "such as user=admin uri^=/api !x | method=POST; empty takes any request"

  /// Where a new rule will send its calls.
  private static func goal(of destinations: [RouteDestination]) -> String {
    let goals = destinations.filter { $0.weight > .zero }.map { "\($0.label) \($0.weight)" }
    return "goes to \(goals.joined(separator: ", ")); change it with = after; \(exampleMatch)"
  }
}
