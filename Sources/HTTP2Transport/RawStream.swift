package import GRPCCore
package import NIOCore

/// A stream of a raw route, as its handler writes to it.
///
/// It outlives the stream: what is written to a closed one is dropped.
package struct RawStream: Sendable {
  /// The connection that the stream came by.
  package let connection: ConnectionInfo
  private let call: NIOLoopBound<Call>

  init(_ call: Call, connection: ConnectionInfo, eventLoop: any EventLoop) {
    self.connection = connection
    self.call = NIOLoopBound(call, eventLoop: eventLoop)
  }

  /// The loop that the handler is called on.
  package var eventLoop: any EventLoop { call.eventLoop }

  /// Whether the client reads as fast as it is sent to: false while more than
  /// ``TransportLimits/maxUnsentBytes`` wait for it.
  ///
  /// On the event loop only. What is sent regardless waits in memory: a sender that has newer things
  /// to say later keeps them until ``RawStreamHandler/becameWritable()``.
  package var isWritable: Bool { call.value.isWritable }

  /// Sends a message; from any thread.
  ///
  /// On the event loop it is on its way when this returns, elsewhere soon after; messages of one
  /// thread keep their order.
  package func send(_ message: ByteBuffer) {
    send(framed: message.framedAsMessage())
  }

  /// Sends bytes that are framed already: one message or several, each behind its five bytes of
  /// prefix; from any thread.
  ///
  /// The bytes aren't copied, so thousands of streams can share them.
  package func send(framed: ByteBuffer) {
    onLoop { $0.send(framed: framed) }
  }

  /// Ends the stream with a status, after all that was sent before; from any thread.
  package func close(_ status: Status, metadata: Metadata = [:]) {
    onLoop { $0.finish(status, metadata: metadata) }
  }

  /// Does several sends as one write to the socket; on the event loop only.
  package func batch(_ body: () -> Void) {
    call.value.batch(body)
  }

  /// Delivers no more messages until ``resumeReading()``; on the event loop only.
  ///
  /// The client can send no more than its flow-control window until then.
  package func pauseReading() { call.value.pauseReading() }

  /// Delivers messages again; on the event loop only.
  ///
  /// Those that wait are delivered before it returns, or, within ``RawStreamHandler/received(_:)``,
  /// right after that.
  package func resumeReading() { call.value.resumeReading() }

  /// Runs a closure on the event loop: at once where this is the loop, else soon.
  package func execute(_ body: @escaping @Sendable () -> Void) {
    if eventLoop.inEventLoop { body() } else { eventLoop.execute(body) }
  }

  /// Runs a closure on the event loop after a while, unless it is cancelled; on the event loop only.
  package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> Scheduled<Void> {
    eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
  }

  private func onLoop(_ body: @escaping @Sendable (Call) -> Void) {
    if eventLoop.inEventLoop {
      body(call.value)
    } else {
      eventLoop.execute { [call] in body(call.value) }
    }
  }
}
