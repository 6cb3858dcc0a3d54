/// The name of a VirtualService or a DestinationRule: `namespace/name`.
package struct ResourceName: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let namespace: String
  package let name: String

  package init(namespace: String = "default", name: String) {
    self.namespace = namespace
    self.name = name
  }

  package static func < (left: ResourceName, right: ResourceName) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }

  package var description: String { "\(namespace)/\(name)" }
}
