/// A DeltaDiscoveryRequest.
package struct DeltaDiscoveryRequest: Hashable, Sendable {
  package var typeURL: String
  package var node: Node?
  package var subscribe: [String]
  package var unsubscribe: [String]
  /// What the client has from an earlier stream: versions by name; on a type's first request only.
  package var initialVersions: [String: String]
  package var responseNonce: String
  /// The reason of a NACK; nil for an ACK or a subscription.
  package var errorDetail: String?

  package init(
    typeURL: String,
    node: Node? = nil,
    subscribe: [String] = [],
    unsubscribe: [String] = [],
    initialVersions: [String: String] = [:],
    responseNonce: String = "",
    errorDetail: String? = nil
  ) {
    self.typeURL = typeURL
    self.node = node
    self.subscribe = subscribe
    self.unsubscribe = unsubscribe
    self.initialVersions = initialVersions
    self.responseNonce = responseNonce
    self.errorDetail = errorDetail
  }
}

/// A DeltaDiscoveryResponse as its receiver sees it: each resource is decoded, or says why not.
package struct DeltaDiscoveryResponse: Sendable {
  /// One resource and its own version.
  package struct Item: Sendable {
    package var name: String
    package var version: String
    package var resource: Result<Resource, DiscoveryResponse.Invalid>

    package init(
      name: String,
      version: String,
      resource: Result<Resource, DiscoveryResponse.Invalid>
    ) {
      self.name = name
      self.version = version
      self.resource = resource
    }
  }

  package var typeURL: String
  package var systemVersion: String
  package var nonce: String
  package var resources: [Item]
  package var removed: [String]

  package init(
    typeURL: String,
    systemVersion: String,
    nonce: String,
    resources: [Item] = [],
    removed: [String] = []
  ) {
    self.typeURL = typeURL
    self.systemVersion = systemVersion
    self.nonce = nonce
    self.resources = resources
    self.removed = removed
  }
}
