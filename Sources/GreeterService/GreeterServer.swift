package import GRPCCore
import MeshModel
package import XDSProtos

/// The walkthrough's workload: answers with its version, and tells it in the response metadata too.
package struct GreeterServer: Api_Greeter.ServiceProtocol {
  /// Such as `v1.0.0`.
  package let workloadVersion: String

  package init(workloadVersion: String) {
    self.workloadVersion = workloadVersion
  }

  package func sayHello(
    request: ServerRequest<Api_HelloRequest>,
    context: ServerContext
  ) async throws -> ServerResponse<Api_User> {
    ServerResponse(message: answer(request.message), metadata: metadata)
  }

  package func sayHelloStream(
    request: StreamingServerRequest<Api_HelloRequest>,
    context: ServerContext
  ) async throws -> StreamingServerResponse<Api_User> {
    StreamingServerResponse(metadata: metadata) { writer in
      for try await message in request.messages {
        try await writer.write(self.answer(message))
      }
      return [:]
    }
  }

  /// Without an age, which the walkthrough's log lines don't show.
  private func answer(_ request: Api_HelloRequest) -> Api_User {
    var user = Api_User()
    user.name = "Hello \(request.name)"
    user.id = workloadVersion
    return user
  }

  private var metadata: Metadata {
    var metadata = Metadata()
    metadata.addString(workloadVersion, forKey: CallRecord.workloadVersionHeader)
    return metadata
  }
}
