internal import SystemPackage

/// A log file that is open.
final class OpenLog {
  enum Reading {
    case bytes(ArraySlice<UInt8>)
    /// All that is there has been read.
    case end
    /// A FIFO has a writer, who has written nothing new.
    case quiet
    case failed(Errno)
  }

  /// Bytes that are read at once.
  private static let chunk = 64 << 10

  let descriptor: FileDescriptor
  /// As it was when it was opened.
  private let status: Stat
  var splitter: LineSplitter
  /// Where the next byte is read; of a regular file.
  private var offset: Int64 = 0
  private var buffer = [UInt8](repeating: 0, count: OpenLog.chunk)

  /// Opens it at its beginning.
  init(_ path: String, maxLineBytes: Int) throws(Errno) {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path),
        .readOnly,
        // Without nonBlocking, opening a FIFO waits for a writer.
        options: [.nonBlocking, .closeOnExec]
      )
    } catch {
      throw error as? Errno ?? .ioError
    }
    do {
      status = try descriptor.stat()
      if status.type == .directory { throw Errno.isDirectory }
    } catch {
      try? descriptor.close()
      throw error as? Errno ?? .ioError
    }
    self.descriptor = descriptor
    splitter = LineSplitter(maxLineBytes: maxLineBytes)
  }

  deinit { try? descriptor.close() }

  /// Whether it is a FIFO or a device: bytes come once.
  var isStream: Bool { status.type != .regular }

  /// Whether that is the same file, of whatever length.
  func isFile(_ other: Stat) -> Bool {
    status.deviceID == other.deviceID && status.inode == other.inode
  }

  /// Goes to the last line that is not complete, or to the end where all are.
  func skipToEnd() {
    guard !isStream, let size = try? descriptor.stat().size else { return }
    let start = max(0, size - Int64(OpenLog.chunk))
    let tail = (try? read(at: start)) ?? []
    let newline = tail.lastIndex(of: 0x0A)
    offset = newline.map { start + Int64($0 - tail.startIndex) + 1 } ?? (start == 0 ? 0 : size)
  }

  /// Reads on.
  func read() -> Reading {
    do {
      let bytes = isStream ? try readStream() : try read(at: offset)
      offset += Int64(bytes.count)
      return bytes.isEmpty ? .end : .bytes(bytes)
    } catch .wouldBlock, .resourceTemporarilyUnavailable {
      return .quiet
    } catch {
      return .failed(error)
    }
  }

  /// Goes back to the beginning if the file is shorter than what was read of it.
  func rewindIfTruncated() -> Bool {
    guard !isStream, let size = try? descriptor.stat().size, size < offset else {
      return false
    }
    offset = 0
    splitter.discard()
    return true
  }

  private func read(at offset: Int64) throws(Errno) -> ArraySlice<UInt8> {
    try fill { try self.descriptor.read(fromAbsoluteOffset: offset, into: $0) }
  }

  private func readStream() throws(Errno) -> ArraySlice<UInt8> {
    try fill { try self.descriptor.read(into: $0) }
  }

  private func fill(
    _ read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws(Errno) -> ArraySlice<UInt8> {
    do {
      let count = try buffer.withUnsafeMutableBytes { try read($0) }
      return buffer[..<count]
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}
