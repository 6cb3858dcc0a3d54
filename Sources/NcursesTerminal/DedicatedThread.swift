#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A thread of its own for work that blocks: the task pool may be no wider than two.
final class DedicatedThread: Sendable {
  private let body: @Sendable () -> Void

  private init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }

  /// Starts a thread that ends with its work.
  ///
  /// Returns false where the system gives none.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(DedicatedThread(body))
    let isStarted = create(work.toOpaque())
    if !isStarted { work.release() }
    return isStarted
  }

  private static func create(_ context: UnsafeMutableRawPointer) -> Bool {
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, nil, { DedicatedThread.run($0) }, context)
    return status == 0
  }

  private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    pthread_detach(pthread_self())
    Unmanaged<DedicatedThread>.fromOpaque(context).takeRetainedValue().body()
    return nil
  }
}
