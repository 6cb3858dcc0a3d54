extension ControlPlane {
  /// What an operator should know and no client's event tells.
  package struct Notice: Hashable, Sendable {
    /// Who it is about: a node ID, an address, or `engine`.
    package var source: String
    /// A sentence: what was found, what is allowed, and which flag says so.
    package var text: String

    package init(source: String, text: String) {
      self.source = source
      self.text = text
    }
  }
}
