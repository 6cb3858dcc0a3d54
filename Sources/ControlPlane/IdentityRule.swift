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

/// A pattern in which `*` stands for any text, an empty one too, and `?` for one character.
struct Glob {
  private let pattern: [UInt8]

  init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
  }

  /// Costs the product of both lengths at most.
  func matches(_ text: String) -> Bool {
    let text = Array(text.utf8)
    var (place, index) = (0, 0)
    // Where to go on if what follows the last star doesn't fit.
    var retry: (place: Int, index: Int)?
    while index < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        retry = (place, index)
        place += 1
      } else if place < pattern.count, pattern[place] == text[index] {
        (place, index) = (place + 1, index + 1)
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") {
        place += 1
        index = Self.nextCharacter(after: index, in: text)
      } else if let (starPlace, starIndex) = retry {
        retry = (starPlace, starIndex + 1)
        (place, index) = (starPlace + 1, starIndex + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// The start of the next Unicode scalar.
  private static func nextCharacter(after index: Int, in text: [UInt8]) -> Int {
    var next = index + 1
    while next < text.count, text[next] & 0xc0 == 0x80 { next += 1 }
    return next
  }
}
