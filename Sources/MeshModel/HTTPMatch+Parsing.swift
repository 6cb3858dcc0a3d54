extension HTTPMatch {
  /// Reads the one-line form of a rule's matches: see ``text(of:)``.
  ///
  /// Blank text and `any request` give an empty list, which matches every call.
  ///
  /// - Throws: ``MeshConfigError`` with code `matchMalformed`, `matchEmpty`, `headerNameInvalid`,
  ///   `headerNameUpperCase` or `regexInvalid`; the message tells the place as a character's number
  ///   from 1.
  package static func parse(_ text: String) throws(MeshConfigError) -> [HTTPMatch] {
    var parser = MatchParser(text)
    return try parser.matches()
  }
}
