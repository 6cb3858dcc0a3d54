extension HeaderChanges {
  /// What is wrong with them by themselves.
  var problems: [FieldProblem] {
    guard !isEmpty else { return [] }
    return request.problems(mayChangeAuthority: true).under("request")
      + response.problems(mayChangeAuthority: false).under("response")
  }
}

extension HeaderChanges.Operations {
  fileprivate func problems(mayChangeAuthority: Bool) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for (verb, fields) in [("set", self.set), ("add", add)] {
      for field in fields {
        let isAllowed = mayChangeAuthority && field.isAuthority
        let found = [isAllowed ? nil : field.name.changeProblem, field.value.valueProblem]
        problems += found.compactMap(\.self).under("\(verb)[\(field.name)]")
      }
    }
    for (index, name) in remove.enumerated() {
      problems += [name.changeProblem].compactMap(\.self).under("remove[\(index)]")
    }
    return problems + authorityTwice(mayChangeAuthority)
  }

  private func authorityTwice(_ mayChangeAuthority: Bool) -> [FieldProblem] {
    guard mayChangeAuthority, (self.set + add).count(where: \.isAuthority) > 1 else { return [] }
    return [
      .error(
        .headerChangeInvalid,
        "the authority is set more than once; want it once",
        fix: "remove all but one of :authority and host"
      )
    ]
  }
}

extension HeaderField {
  /// Whether it is what the call dials.
  var isAuthority: Bool {
    let name = name.lowercased()
    return name == ":authority" || name == "host"
  }
}

extension String {
  /// What is wrong with it as the name of a header to change.
  fileprivate var changeProblem: FieldProblem? {
    if hasPrefix(":") || lowercased() == "host" {
      return .error(
        .headerChangeInvalid,
        "header \(self) can't be changed here; want an ordinary header",
        fix: "remove it; the authority of a call is set in headers.request"
      )
    }
    guard !NameRules.isHeaderName(self) else { return nil }
    return .error(
      .headerChangeInvalid,
      "\"\(self)\" is no header's name; want letters, digits and -",
      fix: "correct the header's name"
    )
  }

  /// What is wrong with it as a header's new value, in which `%` begins one of Envoy's variables.
  fileprivate var valueProblem: FieldProblem? {
    if utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
      return .error(
        .headerChangeInvalid,
        "a header's value has control characters, which no header can carry; want none",
        fix: "remove line breaks and control characters"
      )
    }
    guard hasOpenPercent else { return nil }
    return .error(
      .headerChangeInvalid,
      "a header's value has a % that begins no variable such as %START_TIME%; want %% for a %",
      fix: "write %% for %"
    )
  }

  private var hasOpenPercent: Bool {
    guard utf8.contains(UInt8(ascii: "%")) else { return false }
    // Every second part stands between two signs; an empty one was `%%`.
    let parts = split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return true }
    return stride(from: 1, to: parts.count, by: 2).contains { index in
      guard let first = parts[index].utf8.first else { return false }
      return !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first)
    }
  }
}
