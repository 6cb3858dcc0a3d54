#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The child's side of the pipe that ties its life to its parent's.
///
/// Only the parent holds the other end of the child's standard input, so that it closes when the
/// parent ends in whatever way, `kill -9` included. (PR_SET_PDEATHSIG does not do: it fires when the
/// thread that forked ends, which threads of a pool do at any time.)
package enum Lifeline {
  /// Ends this process, without further ado, when its standard input ends.
  ///
  /// Nothing else may read standard input.
  ///
  /// - Returns: False where the system gives no thread to watch with.
  @discardableResult
  package static func exitWhenParentEnds() -> Bool {
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, nil, { _ in Lifeline.watch() }, nil)
    return status == 0
  }

  private static func watch() -> Never {
    while true {
      var byte: UInt8 = 0
      let count = read(STDIN_FILENO, &byte, 1)
      if count > 0 || (count < 0 && errno == EINTR) { continue }
      guard count < 0 && errno == EAGAIN else { _exit(0) }
      var watched = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, -1)
    }
  }
}
