#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The files of one mesh's store: the database and its lock.
package struct StorePlace: Hashable, Sendable {
  /// Where they are; made where it isn't there.
  package let directory: String
  /// Such as `local.db`.
  package let file: String

  package init(directory: String, mesh: String) {
    self.directory = directory
    file = "\(mesh).db"
  }

  /// `$XDG_STATE_HOME/weir`, else `~/.local/state/weir`; nil where the environment has neither.
  ///
  /// A relative `XDG_STATE_HOME` counts for nothing, as its specification says.
  package static func defaultDirectory(environment: [String: String]) -> String? {
    if let home = environment["XDG_STATE_HOME"], home.hasPrefix("/") { return home + "/weir" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/weir"
  }

  package var path: String { "\(directory)/\(file)" }
  var lockPath: String { path + ".lock" }

  /// Makes the directory, for its owner alone, and the database's file.
  func make() throws(RuleStoreError) {
    try makeDirectories()
    let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw RuleStoreError(doing: "open", path) }
    defer { close(file) }
    guard fchmod(file, 0o600) == 0 else { throw RuleStoreError(doing: "protect", path) }
    try Self.sync(directory: directory)
  }

  private func makeDirectories() throws(RuleStoreError) {
    var missing: [Substring] = []
    var path = directory[...]
    while access(String(path), F_OK) != 0, let slash = path.lastIndex(of: "/") {
      missing.append(path)
      path = path[..<slash]
      if path.isEmpty { break }
    }
    for path in missing.reversed() where !path.isEmpty {
      let path = String(path)
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw RuleStoreError(doing: "make the directory", path)
      }
      guard let slash = path.lastIndex(of: "/") else { continue }
      try Self.sync(directory: slash == path.startIndex ? "/" : String(path[..<slash]))
    }
  }

  /// Makes new names in a directory as durable as the files.
  private static func sync(directory: String) throws(RuleStoreError) {
    let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw RuleStoreError(doing: "open", directory) }
    defer { close(file) }
    // Some file systems have no such thing for directories.
    guard fsync(file) == 0 || errno == EINVAL else {
      throw RuleStoreError(doing: "sync", directory)
    }
  }
}
