package import MeshModel

/// A dubbo interface and the service port that provides it.
///
/// A dubbo-go consumer looks its interface up in `/debug/adsz`, and gives up for good where it isn't
/// there within three seconds.
package struct DubboInterface: Hashable, Sendable {
  /// Such as `api.Greeter`.
  package var name: String
  /// The dubbo version, which is empty by default.
  package var version: String
  /// The dubbo group, which is empty by default.
  package var group: String
  /// A host of the mesh, short or fully qualified.
  package var host: String
  /// The service's port.
  package var port: UInt16

  package init(
    name: String,
    version: String = "",
    group: String = "",
    host: String,
    port: UInt16
  ) {
    self.name = name
    self.version = version
    self.group = group
    self.host = host
    self.port = port
  }

  /// Reads `NAME=HOST:PORT`, where NAME may be followed by `:VERSION` or `:VERSION:GROUP`.
  ///
  /// - Throws: ``DebugServerError`` with code `interfaceMalformed`.
  package init(parsing text: String) throws(DebugServerError) {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let names = sides[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let target = sides.count == 2 ? sides[1].split(separator: ":") : []
    guard (1...3).contains(names.count), !names[0].isEmpty, target.count == 2,
      let port = UInt16(target[1]), port > 0
    else {
      throw DebugServerError(
        .interfaceMalformed,
        "--dubbo-interface is \(text); want INTERFACE=HOST:PORT, such as "
          + "api.Greeter=dubbo-go-server.default.svc.cluster.local:20000"
      )
    }
    self.init(
      name: names[0],
      version: names.count > 1 ? names[1] : "",
      group: names.count > 2 ? names[2] : "",
      host: String(target[0]),
      port: port
    )
  }

  /// What a consumer looks for.
  package var key: String { "providers:\(name):\(version):\(group)" }

  /// What it finds: the port with the host's full name, as clusters and routes are named by it.
  func address(in inventory: MeshInventory) -> String {
    let host = service(in: inventory)?.host ?? HostName(host.lowercased(), inNamespace: "default")
    return "\(host):\(port)"
  }

  /// Why consumers won't reach it, as a sentence that names the flag; nil where the mesh has it.
  package func defect(in inventory: MeshInventory) -> String? {
    let flag = "--dubbo-interface \(name)=\(host):\(port)"
    guard let service = service(in: inventory) else {
      return "\(flag): the mesh has no service \(host); consumers find nobody there until it does"
    }
    guard service.ports.contains(where: { $0.number == port }) else {
      let ports = service.ports.map { "\($0.number)" }.joined(separator: ", ")
      return "\(flag): \(service.host) has no port \(port), but \(ports.isEmpty ? "none" : ports)"
    }
    return nil
  }

  private func service(in inventory: MeshInventory) -> MeshService? {
    let host = host.lowercased()
    return inventory.services.first { $0.host.aliases.contains(host) }
  }
}
