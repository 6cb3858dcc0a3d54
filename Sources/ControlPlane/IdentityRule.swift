internal import XDSCore

/// Says that who shows a certificate of this identity may speak for these nodes.
package struct IdentityRule: Hashable, Sendable, CustomStringConvertible {
  /// A URI, DNS or common name, in which `*` stands for any text and `?` for any character.
  package var identityGlob: String
  /// A node ID, in which `*` and `?` stand for the same.
  package var nodeIDGlob: String

  package init(identityGlob: String, nodeIDGlob: String) {
    self.identityGlob = identityGlob
    self.nodeIDGlob = nodeIDGlob
  }

  /// Reads `IDENTITY=NODE_ID`, such as `spiffe://mesh/web=sidecar~*~web-*`.
  ///
  /// - Throws: ``ControlPlaneError`` with code `badIdentityRule`.
  package init(parsing text: String) throws(ControlPlaneError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ControlPlaneError(
        .badIdentityRule,
        "identity rule is \"\(text)\"; want IDENTITY=NODE_ID, such as spiffe://mesh/web=*~web-*"
      )
    }
    self.init(identityGlob: String(parts[0]), nodeIDGlob: String(parts[1]))
  }

  package var description: String { "\(identityGlob)=\(nodeIDGlob)" }

  /// Whether it lets a client with these identities speak for a node.
  func allows(_ identities: [String], toBe nodeID: String) -> Bool {
    Glob(nodeIDGlob).matches(nodeID) && identities.contains { Glob(identityGlob).matches($0) }
  }
}
