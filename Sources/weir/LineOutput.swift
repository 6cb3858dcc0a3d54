#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Lines of data for stdout.
///
/// A reader that stops reading holds up only who awaits the write, never a thread, so that the
/// process can still be told to end.
struct LineOutput: Sendable {
  /// Why a line can't be written.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What a pipe that is writable takes without blocking.
  private static let portion = 4096

  let descriptor: Int32

  /// Writes a line, break included.
  ///
  /// - Returns: False where nobody reads any more.
  /// - Throws: ``Failure``, such as a full disk; `CancellationError`.
  func write(_ line: String) async throws -> Bool {
    var rest = Array("\(line)\n".utf8)[...]
    while !rest.isEmpty {
      while !isWritable { try await Task.sleep(for: .milliseconds(20)) }
      let count = rest.prefix(Self.portion).withUnsafeBytes { bytes in
        writeBytes(descriptor, bytes)
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        return false
      } else if errno != EINTR && errno != EAGAIN {
        throw Failure(description: "can't write to stdout: \(String(cString: strerror(errno)))")
      }
    }
    return true
  }

  private var isWritable: Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&watched, 1, 0) != 0
  }
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
