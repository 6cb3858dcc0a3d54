/// Something wrong with a match by itself.
struct MatchProblem {
  let severity: Finding.Severity
  let code: MeshConfigError.Code
  let message: String
}

extension HTTPMatch {
  /// What is wrong with it, whatever stands around it.
  var problems: [MatchProblem] {
    var problems: [MatchProblem] = []
    if let uri { problems += HTTPMatch.problems(of: uri, on: "uri") }
    if let method { problems += HTTPMatch.problems(of: method, on: "method") }
    for header in headers + withoutHeaders {
      problems += [header.nameProblem].compactMap(\.self)
      problems += header.match.problems(on: "header \(header.name)", alternative: header.name)
    }
    return problems
  }

  private static func problems(of match: StringMatch, on part: String) -> [MatchProblem] {
    if match == .present {
      let message =
        "\(part) is wanted with any value, which says nothing; want a value, or no \(part)"
      return [MatchProblem(severity: .error, code: .matchEmpty, message: message)]
    }
    return match.problems(on: part, alternative: "no \(part)")
  }
}

extension StringMatch {
  /// What is wrong with its value; `alternative` is what to write for any value.
  fileprivate func problems(on part: String, alternative: String) -> [MatchProblem] {
    let (kind, value) =
      switch self {
      case .exact(let value): ("value", value)
      case .prefix(let value): ("prefix", value)
      case .regex(let value): ("regex", value)
      case .present: ("", "any")
      }
    if value.isEmpty {
      let message = "\(part) is matched with an empty \(kind); want one, or \(alternative) alone"
      return [MatchProblem(severity: .error, code: .matchEmpty, message: message)]
    }
    guard case .regex(let source) = self else { return [] }
    do throws(MeshConfigError) {
      _ = try RE2Pattern(source)
      return []
    } catch {
      let message = "\(part): \(error.message)"
      return [MatchProblem(severity: .error, code: .regexInvalid, message: message)]
    }
  }
}

extension HeaderMatch {
  fileprivate var nameProblem: MatchProblem? {
    switch HeaderMatch.nameProblem(name) {
    case .upperCase:
      MatchProblem(
        severity: .warning,
        code: .headerNameUpperCase,
        message: "header \(name) has upper-case letters, which gRPC never matches as it carries "
          + "lower-case names only; want \(name.lowercased())"
      )
    case .invalid:
      MatchProblem(
        severity: .error,
        code: .headerNameInvalid,
        message: "\"\(name)\" is no header that a gRPC call can carry; "
          + "want letters, digits, - _ and ."
      )
    case nil:
      nil
    }
  }
}
