/// A recursive-descent reader of the one-line form.
struct MatchParser {
  let scalars: [Unicode.Scalar]
  /// Index of the next scalar.
  var position = 0

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  mutating func matches() throws(MeshConfigError) -> [HTTPMatch] {
    skipBlanks()
    if isAtEnd { return [] }
    var matches = [try alternative()]
    while takeSeparator() {
      skipBlanks()
      matches.append(try alternative())
    }
    return matches == [HTTPMatch()] ? [] : matches
  }

  private mutating func alternative() throws(MeshConfigError) -> HTTPMatch {
    if takeAnyRequest() {
      guard isAtEnd || isAtSeparator else {
        throw malformed("found more after \"any request\"; want \" | \" or nothing")
      }
      return HTTPMatch()
    }
    var match = HTTPMatch()
    var terms = 0
    while !isAtEnd, !isAtSeparator {
      try term(into: &match)
      skipBlanks()
      terms += 1
    }
    guard terms > 0 else {
      throw malformed("found no condition; want one such as user=admin, or any request")
    }
    return match
  }

  private mutating func term(into match: inout HTTPMatch) throws(MeshConfigError) {
    let start = position
    let isWithout = take("!")
    if !isWithout, take("name:") {
      match.name = try value(of: "name:")
      return
    }
    if try callerTerm(isWithout: isWithout, start: start, into: &match) { return }
    let isHeader = take("header:")
    let nameStart = position
    let name = takeName()
    let condition = try condition(on: name)
    guard isHeader || !MatchKeyword.all.contains(name) else {
      try keyword(name, condition, isWithout: isWithout, start: start, into: &match)
      return
    }
    try checkHeaderName(name, at: nameStart)
    if isWithout {
      match.withoutHeaders.append(HeaderMatch(name: name, match: condition))
    } else {
      match.headers.append(HeaderMatch(name: name, match: condition))
    }
  }

  mutating func condition(on name: String) throws(MeshConfigError) -> StringMatch {
    let isEmptyName = name.isEmpty
    if !isEmptyName, isAtEnd || isBlank(scalars[position]) { return .present }
    if !isEmptyName, take("=") { return .exact(try value(of: "\(name)=")) }
    if !isEmptyName, take("^=") { return .prefix(try value(of: "\(name)^=")) }
    guard !isEmptyName, take("~=") else {
      throw malformed(
        isAtEnd
          ? "found no name; want a header's name"
          : "found \"\(scalars[position])\"; want a header's name, then =, ^=, ~= or a blank"
      )
    }
    let start = position
    let source = try value(of: "\(name)~=")
    do throws(MeshConfigError) {
      _ = try RE2Pattern(source)
    } catch {
      throw MeshConfigError(.regexInvalid, "\(error.message) (a value at character \(start + 1))")
    }
    return .regex(source)
  }

  private func checkHeaderName(_ name: String, at start: Int) throws(MeshConfigError) {
    switch HeaderMatch.nameProblem(name) {
    case .upperCase:
      throw MeshConfigError(
        .headerNameUpperCase,
        "found header \(name) at character \(start + 1); want \(name.lowercased()), "
          + "as gRPC carries lower-case names only"
      )
    case .invalid:
      throw MeshConfigError(
        .headerNameInvalid,
        "found header \"\(name)\" at character \(start + 1); want letters, digits, - _ and ."
      )
    case .claim, nil:
      return
    }
  }
}
