import SwiftProtobuf
package import XDSCore
package import XDSProtos

/// The field of a node's metadata that holds its labels.
private let labelsField = "LABELS"

extension Envoy_Config_Core_V3_Node {
  /// The node as it goes over the wire.
  package init(_ node: Node) {
    self.init()
    id = node.id
    cluster = node.cluster
    userAgentName = node.userAgentName
    if !node.userAgentVersion.isEmpty { userAgentVersion = node.userAgentVersion }
    clientFeatures = node.clientFeatures
    if !node.metadata.isEmpty || !node.labels.isEmpty {
      metadata = Google_Protobuf_Struct(strings: node.metadata)
    }
    if !node.labels.isEmpty {
      metadata.fields[labelsField] = .init(structValue: .init(strings: node.labels))
    }
  }
}

extension Node {
  /// The node as it came over the wire; of its metadata, the texts.
  package init(_ message: Envoy_Config_Core_V3_Node) {
    self.init(
      id: message.id,
      cluster: message.cluster,
      userAgentName: message.userAgentName,
      userAgentVersion: message.anyUserAgentVersion,
      clientFeatures: message.clientFeatures,
      metadata: message.metadata.strings,
      labels: message.metadata.fields[labelsField]?.structValue.strings ?? [:]
    )
  }
}

extension Envoy_Config_Core_V3_Node {
  /// `1.40.0` where the node tells it in numbers, as Envoy does.
  fileprivate var anyUserAgentVersion: String {
    switch userAgentVersionType {
    case .userAgentVersion(let version):
      return version
    case .userAgentBuildVersion(let build):
      let version = build.version
      return "\(version.majorNumber).\(version.minorNumber).\(version.patch)"
    case nil:
      return ""
    }
  }
}

extension Google_Protobuf_Struct {
  init(strings: [String: String]) {
    self.init(fields: strings.mapValues { Google_Protobuf_Value(stringValue: $0) })
  }

  /// The fields whose values are texts.
  var strings: [String: String] {
    fields.compactMapValues { value in
      guard case .stringValue(let text) = value.kind else { return nil }
      return text
    }
  }
}
