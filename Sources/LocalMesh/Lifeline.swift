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
  /// - Throws: ``LocalMeshError`` with code `lifelineMissing` where the system gives no thread to
  ///   watch with.
  package static func exitWhenParentEnds() throws(LocalMeshError) {
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, nil, { _ in Lifeline.watch() }, nil)
    guard status == 0 else {
      throw LocalMeshError(.lifelineMissing, "the system gives no thread to watch the parent with")
    }
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
