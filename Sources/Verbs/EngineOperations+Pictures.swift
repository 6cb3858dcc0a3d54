package import MeshPicture

extension EngineOperations {
  /// Hands over pictures, without calls of the log, until the body returns something.
  ///
  /// - Parameters:
  ///   - interval: How often a picture comes, at most.
  ///   - body: Looks at a picture; nil to see the next one.
  /// - Returns: What the body returned.
  /// - Throws: ``EngineError``, with code `unreachable` too where no more pictures come;
  ///   `CancellationError`; what the body threw.
  func watch<Result>(
    every interval: Duration,
    _ body: (MeshPicture) async throws -> Result?
  ) async throws -> Result {
    let (requests, asking) = AsyncStream.makeStream(of: PictureRequest.self)
    // Pictures end with the requests.
    defer { asking.finish() }
    asking.yield(PictureRequest(callLimit: 0, interval: interval))
    for try await picture in pictures(requests) {
      if let result = try await body(picture) { return result }
      try Task.checkCancellation()
    }
    try Task.checkCancellation()
    throw EngineError(.unreachable, "the engine went away")
  }

  /// What the mesh looks like now.
  ///
  /// - Throws: ``EngineError``.
  package func picture() async throws -> MeshPicture {
    try await watch(every: .milliseconds(100)) { $0 }
  }
}
