internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What tells one state of a file from another without reading it.
struct FileStamp: Hashable, Sendable {
  private let device: DeviceID
  private let inode: Inode
  private let size: Int64
  /// In nanoseconds since 1970.
  private let modified: Int64
  /// In nanoseconds since 1970: when anything about the file changed, its name's target included.
  private let changed: Int64

  init(_ status: Stat) {
    device = status.deviceID
    inode = status.inode
    size = status.size
    modified = FileStamp.nanoseconds(status.st_mtim)
    changed = FileStamp.nanoseconds(status.st_ctim)
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
