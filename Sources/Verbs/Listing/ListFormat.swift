/// How a list is written.
package enum ListFormat: String, CaseIterable, Hashable, Sendable {
  case table, wide, json, yaml, name
}
