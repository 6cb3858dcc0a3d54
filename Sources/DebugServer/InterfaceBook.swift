internal import Foundation
internal import MeshModel
internal import XDSCore

/// Which dubbo interface is provided where: as the operator says, and as providers told.
struct InterfaceBook: Sendable {
  /// Interfaces of providers that are remembered; more are not.
  static let maxLearned = 4_096
  /// Bytes of the text in which a provider tells of its interfaces.
  static let maxTextBytes = 64 << 10
  /// The label that holds it.
  private static let label = "DUBBO_GO"
  /// What the walkthrough's services provide.
  private static let defaultName = "api.Greeter"

  /// As the operator says; empty for the walkthrough's interface on the mesh's first service.
  let configured: [DubboInterface]
  private var learned: [String: String] = [:]

  init(configured: [DubboInterface]) {
    self.configured = configured
  }

  /// Remembers what a provider says of itself, also beyond its end.
  mutating func learn(from node: Node) {
    for (key, address) in Self.interfaces(of: node)
    where learned[key] != nil || learned.count < Self.maxLearned {
      learned[key] = address
    }
  }

  /// What a consumer must find besides what the connected providers tell themselves.
  ///
  /// - Parameters:
  ///   - nodes: Who is connected.
  ///   - mesh: To find a service by a short name, and one for the default interface.
  /// - Returns: Addresses by key.
  func missing(besides nodes: [Node], in mesh: Mesh) -> [String: String] {
    var told: [String: String] = [:]
    for node in nodes { told.merge(Self.interfaces(of: node)) { _, new in new } }
    var result = learned.filter { told[$0.key] == nil }
    for interface in configured {
      result[interface.key] = interface.address(in: mesh.inventory)
    }
    if configured.isEmpty, let greeter = Self.defaultInterface(in: mesh),
      result[greeter.key] == nil, told[greeter.key] == nil
    {
      result[greeter.key] = greeter.address(in: mesh.inventory)
    }
    return result
  }

  /// The walkthrough's interface on the first service that rules are for, else the first of all.
  private static func defaultInterface(in mesh: Mesh) -> DubboInterface? {
    var ruled: Set<HostName> = []
    for service in mesh.rules.virtualServices {
      for host in service.hosts {
        ruled.insert(HostName(host, inNamespace: service.name.namespace))
      }
    }
    let services = mesh.inventory.services.filter { !$0.ports.isEmpty }
    guard let service = services.first(where: { ruled.contains($0.host) }) ?? services.first,
      let port = service.ports.first
    else { return nil }
    return DubboInterface(
      name: defaultName,
      host: service.host.description,
      port: port.number
    )
  }

  /// Addresses by key, as a provider tells them in its label; empty for text that isn't that.
  static func interfaces(of node: Node) -> [String: String] {
    guard let text = node.labels[label], !text.isEmpty, text.utf8.count <= maxTextBytes,
      let value = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    else { return [:] }
    return value.filter { $0.key.hasPrefix("providers:") && !$0.value.isEmpty }
  }
}
