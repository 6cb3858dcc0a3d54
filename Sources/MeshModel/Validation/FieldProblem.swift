/// Something wrong with a part of an object, told where it stands in that part.
struct FieldProblem {
  let severity: Finding.Severity
  let code: MeshConfigError.Code
  /// From the part on, such as `match[0].uri.regex`; empty for the whole of it.
  var path: String
  /// What was found and what was wanted.
  let message: String
  let fix: String

  static func error(
    _ code: MeshConfigError.Code,
    at path: String = "",
    _ message: String,
    fix: String
  ) -> FieldProblem {
    FieldProblem(severity: .error, code: code, path: path, message: message, fix: fix)
  }

  static func warning(
    _ code: MeshConfigError.Code,
    at path: String = "",
    _ message: String,
    fix: String
  ) -> FieldProblem {
    FieldProblem(severity: .warning, code: code, path: path, message: message, fix: fix)
  }
}

extension [FieldProblem] {
  /// The same problems, told from the part around; `path` is only made where there are some.
  func under(_ path: @autoclosure () -> String) -> [FieldProblem] {
    guard !isEmpty else { return self }
    let path = path()
    return map { problem in
      var problem = problem
      problem.path = path.joinedPath(problem.path)
      return problem
    }
  }
}

extension String {
  /// A path and one that goes on from it.
  func joinedPath(_ rest: String) -> String {
    if isEmpty || rest.isEmpty { return self + rest }
    return rest.hasPrefix("[") ? self + rest : "\(self).\(rest)"
  }
}
