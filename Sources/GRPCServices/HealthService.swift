package import GRPCCore
import GRPCProtobuf
package import XDSProtos

/// The standard health service, `grpc.health.v1.Health`, over a ``HealthStatusBook``.
package struct HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
  /// The most that `List` answers with; more are RESOURCE_EXHAUSTED, as its specification says.
  private static let listLimit = 100

  private let book: HealthStatusBook

  package init(_ book: HealthStatusBook) {
    self.book = book
  }

  package func check(
    request: Grpc_Health_V1_HealthCheckRequest,
    context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    guard let status = book.status(of: request.service) else {
      throw RPCError(code: .notFound, message: "unknown service \"\(request.service)\"")
    }
    return Grpc_Health_V1_HealthCheckResponse(status)
  }

  package func list(
    request: Grpc_Health_V1_HealthListRequest,
    context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthListResponse {
    let statuses = book.statuses
    guard statuses.count <= Self.listLimit else {
      throw RPCError(
        code: .resourceExhausted,
        message: "\(statuses.count) services; want at most \(Self.listLimit)"
      )
    }
    var response = Grpc_Health_V1_HealthListResponse()
    response.statuses = statuses.mapValues { Grpc_Health_V1_HealthCheckResponse($0) }
    return response
  }

  package func watch(
    request: Grpc_Health_V1_HealthCheckRequest,
    response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    let ticks = book.ticks(of: request.service)
    defer { ticks.end() }
    try await withRPCCancellationHandler {
      var told: Grpc_Health_V1_HealthCheckResponse?
      for await _ in ticks.stream {
        let now = Grpc_Health_V1_HealthCheckResponse(book.status(of: request.service))
        if now == told { continue }
        try await response.write(now)
        told = now
      }
    } onCancelRPC: {
      ticks.end()
    }
    throw RPCError(code: .cancelled, message: "the watch ended")
  }
}

extension Grpc_Health_V1_HealthCheckResponse {
  fileprivate init(_ status: HealthStatusBook.Status?) {
    self.init()
    self.status =
      switch status {
      case .serving: .serving
      case .notServing: .notServing
      case nil: .serviceUnknown
      }
  }
}
