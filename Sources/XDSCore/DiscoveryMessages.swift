/// A client as it names itself in `DiscoveryRequest.node`.
package struct Node: Hashable, Sendable {
  package var id: String
  package var cluster: String
  package var userAgentName: String
  package var userAgentVersion: String
  package var clientFeatures: [String]
  /// The string-valued fields of `metadata`, such as `GENERATOR`.
  package var metadata: [String: String]
  /// The string-valued fields of `metadata.LABELS`.
  package var labels: [String: String]

  package init(
    id: String,
    cluster: String = "",
    userAgentName: String = "",
    userAgentVersion: String = "",
    clientFeatures: [String] = [],
    metadata: [String: String] = [:],
    labels: [String: String] = [:]
  ) {
    self.id = id
    self.cluster = cluster
    self.userAgentName = userAgentName
    self.userAgentVersion = userAgentVersion
    self.clientFeatures = clientFeatures
    self.metadata = metadata
    self.labels = labels
  }
}

/// A SotW DiscoveryRequest.
package struct DiscoveryRequest: Hashable, Sendable {
  package var typeURL: String
  package var versionInfo: String
  package var node: Node?
  package var resourceNames: [String]
  package var responseNonce: String
  /// The reason of a NACK; nil for an ACK or a subscription.
  package var errorDetail: String?

  package init(
    typeURL: String,
    versionInfo: String = "",
    node: Node? = nil,
    resourceNames: [String] = [],
    responseNonce: String = "",
    errorDetail: String? = nil
  ) {
    self.typeURL = typeURL
    self.versionInfo = versionInfo
    self.node = node
    self.resourceNames = resourceNames
    self.responseNonce = responseNonce
    self.errorDetail = errorDetail
  }
}

/// A SotW DiscoveryResponse as its receiver sees it: each resource is decoded, or says why not.
package struct DiscoveryResponse: Sendable {
  /// A resource that can't be used.
  package struct Invalid: Error, Hashable, Sendable {
    /// Empty where not even the name could be read.
    package var name: String
    package var reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  package var typeURL: String
  package var versionInfo: String
  package var nonce: String
  package var resources: [Result<Resource, Invalid>]

  package init(
    typeURL: String,
    versionInfo: String,
    nonce: String,
    resources: [Result<Resource, Invalid>]
  ) {
    self.typeURL = typeURL
    self.versionInfo = versionInfo
    self.nonce = nonce
    self.resources = resources
  }
}
