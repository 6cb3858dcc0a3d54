import GRPCCore
import HTTP2Transport
import NIOCore
import TestSupport

/// Messages as they are.
struct Bytes: MessageSerializer, MessageDeserializer {
  func serialize<Out: GRPCContiguousBytes>(_ message: [UInt8]) -> Out { Out(message) }

  func deserialize(_ bytes: some GRPCContiguousBytes) -> [UInt8] {
    bytes.withUnsafeBytes { Array($0) }
  }
}

/// A service of grpc-swift whose methods do what tests need.
struct TestService: RegistrableRPCService {
  enum Method: String, CaseIterable {
    /// Gives back each message.
    case echo
    /// Gives back how many messages came.
    case count
    /// Sends as many messages as the request's first byte says.
    case repeating
    /// Fails.
    case failing
    /// Gives back the caller's metadata.
    case metadata
    /// Waits until it is cancelled.
    case waiting
    /// Sends a kilobyte again and again, until that fails.
    case flooding
    /// Reads one message and then none until it is cancelled.
    case notReading

    var descriptor: MethodDescriptor {
      MethodDescriptor(fullyQualifiedService: "test.Service", method: rawValue)
    }

    var path: String { "/test.Service/\(rawValue)" }
  }

  /// What happened in the service.
  var events = Recorder<String>()

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    for method in Method.allCases {
      router.registerHandler(
        forMethod: method.descriptor,
        deserializer: Bytes(),
        serializer: Bytes(),
        handler: { request, context in try await handle(method, request, context) }
      )
    }
  }

  private func handle(
    _ method: Method,
    _ request: StreamingServerRequest<[UInt8]>,
    _ context: ServerContext
  ) async throws -> StreamingServerResponse<[UInt8]> {
    switch method {
    case .echo:
      return StreamingServerResponse { writer in
        for try await message in request.messages { try await writer.write(message) }
        return ["trailing": "done"]
      }
    case .count:
      var count: UInt8 = 0
      for try await _ in request.messages { count += 1 }
      return StreamingServerResponse(single: ServerResponse(message: [count]))
    case .repeating:
      let first = try await request.messages.first { _ in true } ?? []
      return StreamingServerResponse { writer in
        for index in 0..<(first.first ?? 0) { try await writer.write([index]) }
        return [:]
      }
    case .failing:
      throw RPCError(code: .notFound, message: "no such thing: 100% ä\n", metadata: ["why": "test"])
    case .metadata:
      for try await _ in request.messages {}
      return metadata(request.metadata, context)
    case .waiting:
      events.record("waiting")
      try await context.cancellation.cancelled
      events.record("cancelled")
      throw CancellationError()
    case .flooding:
      return StreamingServerResponse { writer in try await flood(writer) }
    case .notReading:
      let first = try await request.messages.first { _ in true }
      events.record("read \(first?.count ?? 0)")
      try await context.cancellation.cancelled
      throw CancellationError()
    }
  }

  private func flood(_ writer: RPCWriter<[UInt8]>) async throws -> Metadata {
    let message = [UInt8](repeating: 1, count: 1_024)
    do {
      while true {
        try await writer.write(message)
        events.record("wrote")
      }
    } catch {
      events.record("failed")
      throw error
    }
  }

  private func metadata(
    _ metadata: Metadata,
    _ context: ServerContext
  ) -> StreamingServerResponse<[UInt8]> {
    let info = context.transportSpecific as? ConnectionInfo
    return StreamingServerResponse(
      single: ServerResponse(
        message: Array("\(context.remotePeer) \(info?.identity?.uris ?? [])".utf8),
        metadata: ["first": "\(metadata[stringValues: "user"].first { _ in true } ?? "none")"],
        trailingMetadata: metadata.filter { $0.key.hasPrefix("x-") }.reduce(into: [:]) {
          $0.add(contentsOf: [$1])
        }
      )
    )
  }
}
