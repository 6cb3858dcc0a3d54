import AdminAPI
import Logging
import MeshPicture
import ServiceLifecycle
import Synchronization
import TestSupport

/// An admin server that runs for a test.
struct RunningAdmin: Sendable {
  let address: AdminAddress
  let notice: String?
  private let task: Task<Void, any Error>

  static func start(
    _ engine: any EngineOperations = FakeEngine(),
    at place: AdminServer.Place
  ) async throws -> RunningAdmin {
    let listening = Mutex<(AdminAddress, String?)?>(nil)
    let failure = Mutex<(any Error)?>(nil)
    let server = AdminServer(
      engine: engine,
      place: place,
      logger: .silent,
      onListening: { address, notice in listening.withLock { $0 = (address, notice) } }
    )
    let task = Task {
      do {
        try await server.run()
      } catch {
        failure.withLock { $0 = error }
        throw error
      }
    }
    let (address, notice) = try await found("the admin API") {
      if let error = failure.withLock({ $0 }) { throw error }
      return listening.withLock { $0 }
    }
    return RunningAdmin(address: address, notice: notice, task: task)
  }

  /// Ends it as a crash would not: its socket is gone after.
  func stop() async {
    task.cancel()
    _ = await task.result
  }

  /// Runs a server for the body.
  static func with(
    _ engine: any EngineOperations = FakeEngine(),
    at place: AdminServer.Place,
    _ body: (RunningAdmin) async throws -> Void
  ) async throws {
    let running = try await start(engine, at: place)
    do {
      try await body(running)
      await running.stop()
    } catch {
      await running.stop()
      throw error
    }
  }
}
