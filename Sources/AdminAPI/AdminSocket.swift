internal import MeshPicture

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The path of a Unix socket that this process alone may serve, for as long as it keeps this.
///
/// A lock on a file beside it tells the engine that lives from one that died and left its socket: the
/// system takes the lock back with the process, however that ends.
struct AdminSocket: ~Copyable {
  /// What a socket's path may be long, in bytes.
  private static let longestPath = 107

  let path: String
  /// What the operator should know of it; nil for nothing.
  let notice: String?
  private let lock: Int32
  /// Whether nobody else will ever want the lock's file.
  private let isOwnLock: Bool

  deinit {
    if isOwnLock { unlink(Self.lockPath(of: path)) }
    close(lock)
  }

  private init(path: String, notice: String?, lock: Int32, isOwnLock: Bool) {
    self.path = path
    self.notice = notice
    self.lock = lock
    self.isOwnLock = isOwnLock
  }

  /// Takes the path that somebody asked for.
  ///
  /// - Throws: ``AdminServerError`` where another engine has it, or its folder can't be used.
  static func claiming(_ path: String) throws(AdminServerError) -> AdminSocket {
    try checkLength(of: path)
    guard let lock = try lock(path) else {
      throw AdminServerError(
        "another engine\(holder(of: path)) serves its admin API at \(path); want another path"
      )
    }
    return AdminSocket(path: path, notice: nil, lock: lock, isOwnLock: false)
  }

  /// Takes the standard path, or where another engine has that, one beside it.
  ///
  /// Makes its folder where there is none, for nobody else to look into.
  ///
  /// - Throws: ``AdminServerError`` where the folder is somebody else's, or can't be used.
  static func claimingStandard(_ path: String) throws(AdminServerError) -> AdminSocket {
    try checkLength(of: path)
    try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    if let lock = try lock(path) {
      return AdminSocket(path: path, notice: nil, lock: lock, isOwnLock: false)
    }
    let own = path.replacingSuffix(".sock", with: "-\(getpid()).sock")
    try checkLength(of: own)
    guard let lock = try lock(own) else {
      throw AdminServerError("another engine\(holder(of: own)) serves its admin API at \(own)")
    }
    let notice =
      "another engine\(holder(of: path)) is at \(path); the admin API of this one is at \(own)"
    return AdminSocket(path: own, notice: notice, lock: lock, isOwnLock: true)
  }

  private static func checkLength(of path: String) throws(AdminServerError) {
    guard path.utf8.count <= longestPath else {
      throw AdminServerError(
        "the socket's path \(path) has \(path.utf8.count) bytes; want at most \(longestPath)"
      )
    }
  }

  private static func lockPath(of path: String) -> String { "\(path).lock" }

  /// The lock's descriptor; nil where another process has it.
  private static func lock(_ path: String) throws(AdminServerError) -> Int32? {
    let file = open(lockPath(of: path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      throw AdminServerError("can't open \(lockPath(of: path)): \(systemReason())")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return nil
    }
    let id = Array("\(getpid())\n".utf8)
    ftruncate(file, 0)
    _ = id.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    return file
  }

  /// ` (process 4711)`, as the one who has the lock wrote it down; empty where nothing is there.
  private static func holder(of path: String) -> String {
    let file = open(lockPath(of: path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return "" }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
      count = max(0, read(file, buffer.baseAddress, buffer.count))
    }
    let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return Int(text).map { " (process \($0))" } ?? ""
  }

  /// Makes the folder for this user alone, or makes sure that it is.
  private static func makeFolder(_ folder: String) throws(AdminServerError) {
    if mkdir(folder, 0o700) != 0, errno != EEXIST {
      throw AdminServerError("can't make the folder \(folder): \(systemReason())")
    }
    var status = stat()
    guard lstat(folder, &status) == 0 else {
      throw AdminServerError("can't look at the folder \(folder): \(systemReason())")
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
      throw AdminServerError("\(folder) is not a folder of this user's; want one for the socket")
    }
    guard status.st_mode & 0o077 == 0 || chmod(folder, 0o700) == 0 else {
      throw AdminServerError("\(folder) is open to others: \(systemReason())")
    }
  }
}

/// The reason of the system's last error.
private func systemReason() -> String { String(cString: strerror(errno)) }

extension String {
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : self + other
  }
}
