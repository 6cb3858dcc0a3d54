/// A part of the screen; its number is the key that leads to it, and never changes.
package enum Pane: Int, CaseIterable, Hashable, Sendable {
  case rules = 2
  case calls = 3
  case ratio = 4
  case clients = 5
  case endpoints = 6
  case events = 7

  package var name: String {
    switch self {
    case .rules: "Rules"
    case .calls: "Calls"
    case .ratio: "Ratio"
    case .clients: "xDS clients"
    case .endpoints: "Endpoints"
    case .events: "Events"
    }
  }

  /// For the footer.
  var shortName: String { self == .clients ? "xDS" : name }
}
