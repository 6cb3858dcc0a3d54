internal import MeshModel

extension LogTail {
  /// When to look again.
  enum Next: Hashable, Sendable {
    case now
    case later
    /// As soon as the FIFO has bytes.
    case whenReadable
  }

  /// What a look brought.
  struct Batch: Sendable {
    var calls: [CallRecord] = []
    var events: [CallLogEvent.Kind] = []
    var next = Next.later
  }
}

extension CallRecord {
  /// What a line tells; `time` is for one without a time.
  init(_ line: CallLogLine, nodeID: String, at time: Timestamp) {
    self.init(time: line.time ?? time, nodeID: nodeID, authority: "", path: "", source: .log)
    switch line.outcome {
    case .answered(let version): workloadVersion = version
    case .failed(let code): statusCode = code
    }
  }
}
