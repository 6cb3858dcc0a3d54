internal import GRDB

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension RuleStoreError {
  /// What SQLite says of the file at a path.
  init(_ error: DatabaseError, path: String) {
    let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(.full, "\(path) can't grow: \(detail); want room on its disk")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .damaged,
        "\(path) is no store of rules, or is damaged: \(detail); want it mended or moved away"
      )
    default:
      self.init(.unusable, "\(path) can't be used: \(detail)")
    }
  }

  /// What the system says it could not do, by its last error.
  init(doing what: String, _ path: String) {
    let code = errno
    self.init(
      code == ENOSPC || code == EDQUOT ? .full : .unusable,
      "can't \(what) \(path): \(String(cString: strerror(code)))"
    )
  }
}
