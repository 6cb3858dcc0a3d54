/// The regular expressions of one VirtualService, each compiled once.
struct RegexTable {
  private var patterns: [ExactText: Result<RE2Pattern, MeshConfigError>] = [:]

  /// Compiles what is in the rules' matches; patterns that `old` has are taken from there.
  init(_ rules: [HTTPRoute], reusing old: RegexTable? = nil) {
    for match in rules.lazy.flatMap(\.matches) {
      for condition in [match.uri, match.method, match.scheme, match.authority] {
        insert(condition, old)
      }
      for header in match.headers { insert(header.match, old) }
      for header in match.withoutHeaders { insert(header.match, old) }
      for parameter in match.queryParameters { insert(parameter.match, old) }
    }
  }

  /// The compiled pattern, or what is wrong with it.
  func pattern(_ source: String) -> Result<RE2Pattern, MeshConfigError> {
    patterns[ExactText(source)] ?? RegexTable.compiled(source)
  }

  private mutating func insert(_ condition: StringMatch?, _ old: RegexTable?) {
    guard case .regex(let source) = condition, !source.isEmpty else { return }
    let key = ExactText(source)
    guard patterns[key] == nil else { return }
    patterns[key] = old?.patterns[key] ?? RegexTable.compiled(source)
  }

  private static func compiled(_ source: String) -> Result<RE2Pattern, MeshConfigError> {
    do throws(MeshConfigError) {
      return .success(try RE2Pattern(source))
    } catch {
      return .failure(error)
    }
  }
}
