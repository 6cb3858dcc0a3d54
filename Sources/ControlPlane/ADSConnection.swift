/// What an ADS stream needs of its transport.
protocol ADSConnection: Sendable {
  /// Writes a response; waits while the client is slow to read.
  ///
  /// - Throws: Where the stream is gone.
  func send(_ response: EncodedResponse) async throws
}
