/// What is wrong with a text as YAML; line and column are the file's.
struct YAMLProblem: Error, Hashable, Sendable {
  var code: FileFinding.Code
  /// nil where the whole file is meant.
  var mark: YAMLNode.Mark?
  var message: String
  var suggestion: String?

  init(
    _ code: FileFinding.Code,
    at mark: YAMLNode.Mark?,
    _ message: String,
    suggestion: String? = nil
  ) {
    self.code = code
    self.mark = mark
    self.message = message
    self.suggestion = suggestion
  }
}
