/// What a discovery stream needs of its transport.
///
/// Used by one caller at a time: the stream's writer.
protocol ADSConnection {
  /// Whether the client keeps up; where not, what is new waits, and only the newest of it.
  var isWritable: Bool { get }

  /// Writes a response, or keeps it until it can be written; those come out in order.
  func send(_ response: EncodedResponse)

  /// Has the writer come again after a while, instead of any time asked for earlier.
  func wake(afterNanoseconds delay: UInt64)
}
