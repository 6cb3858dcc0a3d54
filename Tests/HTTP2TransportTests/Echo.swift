import GRPCCore
import HTTP2Transport
import NIOCore
import TestSupport

/// A raw route that gives each message back, and tells what happens to it.
final class Echo: RawStreamHandler {
  static let path = "/test.Raw/Echo"

  private let stream: RawStream
  private let events: Recorder<String>

  init(_ stream: RawStream, _ events: Recorder<String>) {
    self.stream = stream
    self.events = events
  }

  static func route(_ events: Recorder<String>) -> [String: RawRoute] {
    [
      path: { stream, head in
        events.record("open \(head.authority)")
        return Echo(stream, events)
      }
    ]
  }

  func received(_ message: ByteBuffer) {
    events.record("message \(message.readableBytes)")
    switch String(buffer: message) {
    case "stop": stream.close(Status(code: .aborted, message: "as asked"))
    case "pause":
      stream.pauseReading()
      _ = stream.schedule(after: .milliseconds(50)) { [stream, events] in
        events.record("resumed")
        stream.resumeReading()
      }
    default: stream.send(message)
    }
  }

  func receivedEnd() {
    events.record("end")
    stream.close(Status(code: .ok, message: ""))
  }

  func connectionIsDraining() {
    events.record("draining")
  }

  func closed(_ end: RawStreamEnd) {
    events.record("closed \(end.name)")
  }
}

extension RawStreamEnd {
  var name: String {
    switch self {
    case .finished: "finished"
    case .cancelledByClient: "cancelled"
    case .deadlineExceeded: "deadline"
    case .refused(let status): "refused \(status.code)"
    case .connectionLost: "lost"
    }
  }
}
