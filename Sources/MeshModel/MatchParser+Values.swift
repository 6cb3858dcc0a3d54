extension MatchParser {
  /// Reads a value; an empty one stands in quotes, where it is allowed.
  mutating func value(
    of term: String,
    allowsEmpty: Bool = false
  ) throws(MeshConfigError) -> String {
    let start = position
    let isQuoted = take("\"")
    let value = isQuoted ? try quotedValue(from: start) : bare()
    guard !value.isEmpty || isQuoted && allowsEmpty else {
      throw MeshConfigError(
        .matchEmpty,
        "found no value after \(term) at character \(start + 1); want one, "
          + "or the header's name alone for any value"
      )
    }
    return value
  }

  mutating func bare() -> String {
    var value = String.UnicodeScalarView()
    while !isAtEnd, !isBlank(scalars[position]) {
      value.append(scalars[position])
      position += 1
    }
    return String(value)
  }

  private mutating func quotedValue(from start: Int) throws(MeshConfigError) -> String {
    let value = try quoted(from: start)
    guard isAtEnd || isBlank(scalars[position]) else {
      throw malformed(
        "found \"\(scalars[position])\" after a closing quote; want a blank",
        at: position
      )
    }
    return value
  }

  /// The name of a query parameter or a label, in quotes or not.
  mutating func partName() throws(MeshConfigError) -> String {
    let start = position
    return take("\"") ? try quoted(from: start) : takeName()
  }

  /// Reads up to the closing quote, the opening one being taken already.
  private mutating func quoted(from start: Int) throws(MeshConfigError) -> String {
    var value = String.UnicodeScalarView()
    while !isAtEnd {
      let scalar = scalars[position]
      position += 1
      if scalar == "\"" { return String(value) }
      if scalar == "\\", !isAtEnd, scalars[position] == "\"" || scalars[position] == "\\" {
        value.append(scalars[position])
        position += 1
      } else {
        value.append(scalar)
      }
    }
    throw malformed("found an opening quote without a closing one; want \" at the end", at: start)
  }

  mutating func takeName() -> String {
    var name = String.UnicodeScalarView()
    while !isAtEnd, !isBlank(scalars[position]) {
      if MatchValue.nameEnds.contains(scalars[position]) { break }
      name.append(scalars[position])
      position += 1
    }
    return String(name)
  }

  var isAtEnd: Bool { position == scalars.count }

  /// Whether a `|` that stands alone comes next.
  var isAtSeparator: Bool {
    !isAtEnd && scalars[position] == "|"
      && (position + 1 == scalars.count || isBlank(scalars[position + 1]))
  }

  mutating func takeSeparator() -> Bool {
    guard isAtSeparator else { return false }
    position += 1
    return true
  }

  /// Takes `any request`, or `any` alone.
  mutating func takeAnyRequest() -> Bool {
    let start = position
    guard takeName() == "any", isAtEnd || isBlank(scalars[position]) else {
      position = start
      return false
    }
    skipBlanks()
    let next = position
    if takeName() != "request" { position = next }
    skipBlanks()
    return true
  }

  mutating func take(_ text: String) -> Bool {
    guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  mutating func skipBlanks() {
    while !isAtEnd, isBlank(scalars[position]) { position += 1 }
  }

  func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  func malformed(_ what: String, at index: Int? = nil) -> MeshConfigError {
    MeshConfigError(.matchMalformed, "\(what) (at character \((index ?? position) + 1))")
  }
}
