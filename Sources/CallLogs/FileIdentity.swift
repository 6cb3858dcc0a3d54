internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Which file a name or a descriptor stands for, and how long it is.
struct FileIdentity: Hashable {
  enum Kind: Hashable {
    case regular, directory
    /// A FIFO or a device: bytes come once.
    case stream
  }

  private let device: UInt64
  private let inode: UInt64
  let kind: Kind
  /// In bytes; of a regular file.
  let size: Int64

  /// What stands at that path, through symbolic links.
  static func at(_ path: String) throws(Errno) -> FileIdentity {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Errno(rawValue: errno) }
    return FileIdentity(status)
  }

  static func of(_ descriptor: FileDescriptor) throws(Errno) -> FileIdentity {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    return FileIdentity(status)
  }

  private init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      default: .stream
      }
  }

  /// Whether both are the same file, of whatever length.
  func isSameFile(as other: FileIdentity) -> Bool {
    device == other.device && inode == other.inode
  }
}
