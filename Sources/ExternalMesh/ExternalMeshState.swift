/// What was told of files last.
struct ExternalMeshState: Sendable {
  private var content: ExternalMeshContent?
  /// What is wrong with the newest reading; nil where it was told as a content.
  private var error: ExternalMeshError?

  init(told: ExternalMeshContent?) {
    content = told
  }

  /// Whether a reading is to be told; then it counts as told.
  ///
  /// A content that was told already is told again once an error is over.
  mutating func isNews(_ reading: Result<ExternalMeshContent, ExternalMeshError>) -> Bool {
    switch reading {
    case .success(let new):
      let isNews = error != nil || new != content
      error = nil
      content = new
      return isNews
    case .failure(let new):
      defer { error = new }
      return new != error
    }
  }
}
