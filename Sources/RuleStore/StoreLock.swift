#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Keeps other engines from a store, for as long as it exists; the system ends it with the process,
/// however that dies.
final class StoreLock: Sendable {
  /// How long it is waited for another engine that is just ending.
  private static let patience: UInt32 = 1_000_000
  private static let pause: UInt32 = 20_000

  private let file: Int32

  /// Takes the lock; it may block for a second.
  ///
  /// - Throws: ``RuleStoreError`` with code `locked` where another engine has it.
  init(_ place: StorePlace) throws(RuleStoreError) {
    // Children must not inherit it, or it would outlive the engine.
    let file = open(place.lockPath, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw RuleStoreError(doing: "open", place.lockPath) }
    self.file = file
    try take(place)
    let text = Array("\(getpid())\n".utf8)
    // Only for people; without it the lock holds as well.
    if ftruncate(file, 0) == 0 { _ = pwrite(file, text, text.count, 0) }
  }

  deinit {
    close(file)
  }

  private func take(_ place: StorePlace) throws(RuleStoreError) {
    var waited: UInt32 = 0
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw RuleStoreError(doing: "lock", place.lockPath)
      }
      guard waited < Self.patience else {
        throw RuleStoreError(
          .locked,
          "\(place.path): an engine with process ID \(holder) uses it; "
            + "want --state with another directory, or --ephemeral"
        )
      }
      usleep(Self.pause)
      waited += Self.pause
    }
  }

  /// As the holder wrote it.
  private var holder: String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(file, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
  }
}
