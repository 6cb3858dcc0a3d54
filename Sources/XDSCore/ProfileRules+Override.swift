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

    /// Whether the glob covers the whole node ID; takes at most the product of their lengths.
    func fits(_ nodeID: String) -> Bool {
      let (glob, text) = (Array(nodeIDGlob.unicodeScalars), Array(nodeID.unicodeScalars))
      var (globIndex, textIndex) = (0, 0)
      // Where to go on if what follows the last star doesn't fit.
      var retry: (glob: Int, text: Int)?
      while textIndex < text.count {
        if globIndex < glob.count, glob[globIndex] == "*" {
          retry = (globIndex + 1, textIndex)
          globIndex += 1
        } else if globIndex < glob.count,
          glob[globIndex] == "?" || glob[globIndex] == text[textIndex]
        {
          globIndex += 1
          textIndex += 1
        } else if let last = retry {
          retry = (last.glob, last.text + 1)
          (globIndex, textIndex) = (last.glob, last.text + 1)
        } else {
          return false
        }
      }
      return glob[globIndex...].allSatisfy { $0 == "*" }
    }
  }
}
