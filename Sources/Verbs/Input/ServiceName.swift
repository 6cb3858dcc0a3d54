package import MeshModel
import MeshPicture

/// A service as people write it: any name of its host, with or without a port.
package struct ServiceName: Hashable, Sendable {
  /// In lower case.
  package let host: String
  /// nil for all its ports.
  package let port: UInt16?

  package init(_ text: String) {
    let parts = text.lowercased().split(separator: ":", maxSplits: 1)
    if parts.count == 2, let port = UInt16(parts[1]) {
      host = String(parts[0])
      self.port = port
    } else {
      host = text.lowercased()
      port = nil
    }
  }

  /// Whether it means a host's port.
  package func means(_ other: HostName, port otherPort: UInt16) -> Bool {
    (port == nil || port == otherPort) && other.aliases.contains(host)
  }

  /// Whether it means what a call dialled, such as `greeter:20000`.
  package func means(authority: String) -> Bool {
    let dialled = ServiceName(authority)
    guard port == nil || dialled.port == nil || port == dialled.port else { return false }
    // Either may be the shorter form of the other.
    return dialled.host == host || HostName(dialled.host).aliases.contains(host)
      || HostName(host).aliases.contains(dialled.host)
  }
}

extension MeshPicture {
  /// The services that a text names: a host by any of its names, or a VirtualService.
  ///
  /// - Parameter text: nil for all.
  /// - Returns: One at least.
  /// - Throws: ``VerbError`` where there is none such.
  func services(named text: String?) throws(VerbError) -> [ServicePicture] {
    guard let text else { return services }
    let name = ServiceName(text)
    let found = services.filter { service in
      name.means(service.host, port: service.port)
        || service.virtualService.map { $0.name == text || $0.description == text } ?? false
    }
    guard !found.isEmpty else {
      let known = services.prefix(10).map { "\($0.host):\($0.port)" }.joined(separator: ", ")
      throw VerbError(
        .conditionFalse,
        "there is no service \(text); want \(known.isEmpty ? "one, but there is none" : known)"
      )
    }
    return found
  }
}
