extension MatchParser {
  /// Takes a term that begins with a sign or a prefix of its own: a query parameter or a label.
  ///
  /// - Returns: Whether there was one.
  mutating func callerTerm(
    isWithout: Bool,
    start: Int,
    into match: inout HTTPMatch
  ) throws(MeshConfigError) -> Bool {
    if take("?") {
      guard !isWithout else { throw onlyHeaders("?", at: start) }
      let name = try partName()
      let condition = try condition(on: name)
      match.queryParameters.append(HeaderMatch(name: name, match: condition))
      return true
    }
    guard take("source:") else { return false }
    guard !isWithout else { throw onlyHeaders("source:", at: start) }
    let name = try partName()
    guard !name.isEmpty, take("=") else {
      throw malformed("found source: without name and value; want source:app=web", at: start)
    }
    let value = try value(of: "source:\(name)=", allowsEmpty: true)
    guard match.sourceLabels.updateValue(value, forKey: name) == nil else {
      throw twice("source:\(name)", at: start)
    }
    return true
  }

  /// Takes a condition on what a keyword stands for.
  func keyword(
    _ name: String,
    _ condition: StringMatch,
    isWithout: Bool,
    start: Int,
    into match: inout HTTPMatch
  ) throws(MeshConfigError) {
    guard !isWithout else { throw onlyHeaders(name, at: start) }
    if let part = MatchKeyword.part(name), condition != .present {
      guard match[keyPath: part] == nil else { throw twice(name, at: start) }
      match[keyPath: part] = condition
      return
    }
    if name == MatchKeyword.ignoreURICase, condition == .present {
      match.ignoreURICase = true
      return
    }
    guard case .exact(let value) = condition,
      try setExact(name, value, start: start, into: &match)
    else {
      throw malformed(
        "found \(name); want uri=/package.Service/Method, method=POST, authority=, scheme=, "
          + "port=80, namespace=, gateway=, stat-prefix= or ignore-uri-case, "
          + "or header:\(name) for a header of that name",
        at: start
      )
    }
  }

  /// - Returns: Whether the keyword is one that takes `=` alone.
  private func setExact(
    _ name: String,
    _ value: String,
    start: Int,
    into match: inout HTTPMatch
  ) throws(MeshConfigError) -> Bool {
    switch name {
    case MatchKeyword.port:
      guard match.port == nil else { throw twice(name, at: start) }
      guard let port = UInt16(value), port > 0 else {
        throw malformed("found \"\(value)\" as a port; want 1 to 65535", at: start)
      }
      match.port = port
    case MatchKeyword.namespace:
      guard match.sourceNamespace == nil else { throw twice(name, at: start) }
      match.sourceNamespace = value
    case MatchKeyword.gateway:
      match.gateways.append(value)
    case MatchKeyword.statPrefix:
      guard match.statPrefix == nil else { throw twice(name, at: start) }
      match.statPrefix = value
    default:
      return false
    }
    return true
  }

  private func twice(_ name: String, at start: Int) -> MeshConfigError {
    malformed("found \(name) twice in one alternative; want it once", at: start)
  }

  private func onlyHeaders(_ name: String, at start: Int) -> MeshConfigError {
    malformed(
      "found !\(name); only headers can be excluded: want !user=admin, or !header:\(name)",
      at: start
    )
  }
}
