import GRPCCore

/// The request side of a ``LazyStream``.
struct LazyRequestWriter: ClosableRPCWriterProtocol {
  let stream: LazyStream

  func write(_ element: LazyStream.Part) async throws {
    try await stream.write(element)
  }

  func write(contentsOf elements: some Sequence<LazyStream.Part>) async throws {
    for element in elements { try await stream.write(element) }
  }

  func finish() async {
    await stream.finish(.finished)
  }

  func finish(throwing error: any Error) async {
    await stream.finish(.failed(error))
  }
}
