extension ProfileRules {
  /// `NODE_ID_GLOB=PROFILE` of the command line.
  package struct Override: Hashable, Sendable {
    /// Text that is no override; the message says what is wrong with it.
    package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
      package let description: String
    }

    /// A node ID, in which `*` stands for any text and `?` for any character.
    package var nodeIDGlob: String
    package var profile: NodeProfile

    package init(nodeIDGlob: String, profile: NodeProfile) {
      self.nodeIDGlob = nodeIDGlob
      self.profile = profile
    }

    /// Reads `NODE_ID_GLOB=PROFILE`; the last `=` separates them.
    package init(parsing text: String) throws(ParseError) {
      let profiles = NodeProfile.allCases.map(\.rawValue).joined(separator: ", ")
      guard let separator = text.lastIndex(of: "="), separator != text.startIndex else {
        throw ParseError(
          description:
            "profile rule is \"\(text)\"; want NODE_ID_GLOB=PROFILE, such as *client*=dubbo"
        )
      }
      let name = String(text[text.index(after: separator)...])
      guard let profile = NodeProfile(rawValue: name) else {
        throw ParseError(
          description: "profile of \"\(text)\" is \"\(name)\"; want one of \(profiles)"
        )
      }
      self.init(nodeIDGlob: String(text[..<separator]), profile: profile)
    }

    /// Whether the node ID is one that it is for.
    func fits(_ nodeID: String) -> Bool { Glob(nodeIDGlob).matches(nodeID) }
  }
}
