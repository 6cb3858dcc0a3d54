extension RE2Parser {
  /// Takes what makes a group special after its `(`, which is at `start` and taken.
  mutating func openGroup(at start: Int) throws(MeshConfigError) {
    guard groups.count <= RE2Parser.maximumDepth else {
      throw error(
        "parentheses nested deeper",
        at: start,
        want: "at most \(RE2Parser.maximumDepth) levels"
      )
    }
    let outerFlags = flags
    if take("?") {
      if take("P<") || (peek(1) != "=" && peek(1) != "!" && take("<")) {
        try takeGroupName(groupStart: start)
      } else if try takeFlags(groupStart: start) == false {
        return
      }
    }
    groups.append(Group(start: start, outerFlags: outerFlags))
  }

  /// Ends the innermost group at its `)`, which is at `start` and taken.
  mutating func closeGroup(at start: Int) throws(MeshConfigError) {
    guard groups.count > 1 else {
      throw error(") without its (", at: start, want: "an opening parenthesis, or \\)")
    }
    let closed = groups.removeLast()
    flags = closed.outerFlags
    // Kept as one item even where it is empty: `()*` repeats something.
    group.items.append(closed.syntax)
  }

  private mutating func takeGroupName(groupStart: Int) throws(MeshConfigError) {
    let start = position
    guard let name = takeText(upTo: ">"), !name.isEmpty,
      name.unicodeScalars.allSatisfy(\.isWord)
    else {
      throw error(
        "a malformed group name",
        at: start,
        want: "letters, digits and _ , then >, as in (?P<name>...)"
      )
    }
    guard groupNames.insert(name).inserted else {
      throw error("a second group named \(name)", at: groupStart, want: "each name once")
    }
  }

  /// Takes `i`, `i-s:` and the like after `(?`, and tells whether a group opens: `)` ends flags that
  /// hold for the rest of the group around.
  private mutating func takeFlags(groupStart: Int) throws(MeshConfigError) -> Bool {
    var value = true
    var sawFlag = false
    while let scalar = peek() {
      position += 1
      switch scalar {
      case "i": flags.ignoresCase = value
      case "m": flags.isMultiLine = value
      case "s": flags.dotMatchesNewline = value
      case "U": break
      case "-" where value:
        value = false
        sawFlag = false
        continue
      case ":" where value || sawFlag: return true
      case ")" where value || sawFlag: return false
      default: throw unsupportedGroup(at: groupStart)
      }
      sawFlag = true
    }
    throw error("( without its )", at: groupStart, want: "a closing parenthesis")
  }

  /// Names what other engines have and RE2 has not.
  private func unsupportedGroup(at start: Int) -> MeshConfigError {
    let rest = text(from: start, to: scalars.count)
    let kinds = [
      ("(?=", "a look-ahead"), ("(?!", "a look-ahead"), ("(?<=", "a look-behind"),
      ("(?<!", "a look-behind"), ("(?>", "an atomic group"), ("(?#", "a comment"),
      ("(?P=", "a back-reference"), ("(?P>", "a recursion"), ("(?(", "a condition"),
    ]
    if let kind = kinds.first(where: { rest.hasPrefix($0.0) }) {
      return error("\(kind.0), \(kind.1),", at: start, want: "RE2's syntax, which has none")
    }
    return error(
      "\(text(from: start))",
      at: start,
      want: "(?:...), (?P<name>...) or flags out of i m s U, such as (?i) or (?i-s:...)"
    )
  }
}
