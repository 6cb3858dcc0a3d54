import GRPCCore
import Synchronization
import XDSProtos

/// A workload that answers with its version and counts its calls.
final class TestGreeter: Api_Greeter.ServiceProtocol {
  let version: String
  private let state = Mutex<(calls: Int, failure: RPCError.Code?)>((0, nil))

  init(version: String) {
    self.version = version
  }

  var calls: Int { state.withLock(\.calls) }

  /// Lets all calls end with an error from now on.
  func fail(_ code: RPCError.Code?) {
    state.withLock { $0.failure = code }
  }

  /// Counts a call, which fails where it is to.
  private func begin() throws {
    let failure = state.withLock { state in
      state.calls += 1
      return state.failure
    }
    if let failure { throw RPCError(code: failure, message: "on purpose") }
  }

  func sayHello(
    request: ServerRequest<Api_HelloRequest>,
    context: ServerContext
  ) async throws -> ServerResponse<Api_User> {
    try begin()
    if request.message.name == "fail" { throw RPCError(code: .notFound, message: "nobody") }
    if request.message.name == "slow" { try await Task.sleep(for: .seconds(1)) }
    return ServerResponse(message: answer(request.message), metadata: metadata)
  }

  func sayHelloStream(
    request: StreamingServerRequest<Api_HelloRequest>,
    context: ServerContext
  ) async throws -> StreamingServerResponse<Api_User> {
    try begin()
    return StreamingServerResponse(metadata: metadata) { writer in
      for try await message in request.messages {
        try await writer.write(self.answer(message))
        if message.name == "fail" { throw RPCError(code: .unavailable, message: "halfway") }
      }
      return [:]
    }
  }

  private var metadata: Metadata { ["x-workload-version": "\(version)"] }

  private func answer(_ request: Api_HelloRequest) -> Api_User {
    var user = Api_User()
    user.name = "Hello \(request.name)"
    user.id = version
    return user
  }
}

extension Api_HelloRequest {
  init(name: String) {
    self.init()
    self.name = name
  }
}
