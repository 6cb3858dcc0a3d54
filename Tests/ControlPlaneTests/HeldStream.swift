import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf
import TestSupport

extension GRPCClient<HTTP2ClientTransport.Posix> {
  /// Holds a stream open until it ends or the task is cancelled, and records what comes.
  ///
  /// - Parameters:
  ///   - method: What to call.
  ///   - requests: Sent as they come; their end is that of the sending side.
  ///   - deserializer: How to read the responses.
  ///   - options: How to call.
  ///   - responses: What came.
  ///   - ends: How the stream ended; nil where the status was OK.
  func hold<Request: Message, Deserializer: MessageDeserializer>(
    _ method: MethodDescriptor,
    sending requests: AsyncStream<Request>,
    deserializer: Deserializer,
    options: CallOptions = .defaults,
    responses: Recorder<Deserializer.Message>,
    ends: Recorder<RPCError?>
  ) async {
    let request = StreamingClientRequest<Request> { writer in
      for await request in requests { try await writer.write(request) }
    }
    do {
      try await bidirectionalStreaming(
        request: request,
        descriptor: method,
        serializer: ProtobufSerializer(),
        deserializer: deserializer,
        options: options
      ) { response in
        for try await received in response.messages { responses.record(received) }
      }
      ends.record(nil)
    } catch {
      ends.record(error as? RPCError ?? RPCError(code: .unknown, message: "\(error)"))
    }
  }
}
