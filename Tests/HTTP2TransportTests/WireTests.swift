import GRPCCore
import NIOCore
import NIOHPACK
import Testing

@testable import HTTP2Transport

@Suite("gRPC's wire format")
struct WireTests {
  @Test(
    "a timeout is digits and a unit",
    arguments: [
      ("1H", Duration.seconds(3_600)), ("2M", .seconds(120)), ("3S", .seconds(3)),
      ("4m", .milliseconds(4)), ("5u", .microseconds(5)), ("6n", .nanoseconds(6)),
      ("99999999H", .seconds(99_999_999 * 3_600)), ("0n", .zero),
    ]
  )
  func timeout(text: String, duration: Duration) {
    #expect(CallTimeout.parse(text) == duration)
  }

  @Test(
    "what isn't a timeout is none",
    arguments: ["", "S", "1", "1s", "-1S", "123456789S", "1 S"]
  )
  func badTimeout(text: String) {
    #expect(CallTimeout.parse(text) == nil)
  }

  @Test(
    "a status message is percent-encoded",
    arguments: [
      ("plain text", "plain text"), ("100%", "100%25"), ("a\nb", "a%0Ab"), ("ä", "%C3%A4"),
      ("~ ", "~ "), ("\u{7f}", "%7F"), ("", ""),
    ]
  )
  func message(text: String, encoded: String) {
    #expect(StatusMessage.encode(text) == encoded)
  }

  private func head(_ change: (inout HPACKHeaders) -> Void) -> CallHead.Reading {
    var headers: HPACKHeaders = [
      ":method": "POST", ":path": "/a.B/C", ":authority": "host:1",
      "content-type": "application/grpc",
    ]
    change(&headers)
    return CallHead.read(headers)
  }

  @Test("a head has a path, an authority, a timeout and metadata")
  func goodHead() throws {
    let reading = head {
      $0.replaceOrAdd(name: "content-type", value: "application/grpc+proto")
      $0.add(name: "grpc-timeout", value: "2S")
      $0.add(name: "user", value: "admin")
    }
    guard case .call(let head) = reading else {
      Issue.record("\(reading)")
      return
    }
    #expect(head.path == "/a.B/C")
    #expect(head.authority == "host:1")
    #expect(head.timeout == .seconds(2))
    #expect(head.values(of: "user") == ["admin"])
    #expect(head.metadata == ["grpc-timeout": "2S", "user": "admin"])
  }

  @Test(
    "a head that can't be served says why",
    arguments: [
      (":path", "/a.B", "unimplemented"), (":path", "a.B/C", "unimplemented"),
      (":path", "/a.B/", "unimplemented"), (":path", "/a.B/C/D", "unimplemented"),
      ("grpc-encoding", "gzip", "unimplemented"), ("grpc-timeout", "soon", "internalError"),
      (":method", "GET", "405"), ("content-type", "text/plain", "415"),
      ("content-type", "application/grpc-web", "415"),
    ]
  )
  func badHead(name: String, value: String, outcome: String) {
    switch head({ $0.replaceOrAdd(name: name, value: value) }) {
    case .call: Issue.record("it was taken")
    case .notGRPC(let status): #expect("\(status)" == outcome)
    case .refused(let refusal): #expect("\(refusal.status.code)" == outcome)
    }
  }

  @Test("metadata that HTTP/2 can't carry is left out; the rest goes")
  func trailers() {
    let metadata: Metadata = [
      "Good": "yes", "bad name": "no", "bad-value": "line\nbreak", ":path": "no",
      "grpc-status": "0",
    ]
    let trailers = ResponseHeaders.trailers(
      Status(code: .aborted, message: "m"),
      metadata,
      isOnly: false
    )
    #expect(trailers == ["grpc-status": "10", "grpc-message": "m", "good": "yes"])
  }

  @Test("a reader gives the messages whatever the cuts", arguments: 1...13)
  func reader(size: Int) throws {
    let texts = ["", "a", "hello", "", String(repeating: "z", count: 40)]
    var bytes = ByteBuffer()
    for text in texts { bytes.writeImmutableBuffer(ByteBuffer(string: text).framedAsMessage()) }
    var reader = MessageReader(maxMessageBytes: 40)
    var messages: [String] = []
    while let part = bytes.readSlice(length: min(size, bytes.readableBytes)), part.readableBytes > 0
    {
      reader.append(part)
      while let message = try reader.next() { messages.append(String(buffer: message)) }
    }
    #expect(messages == texts)
    #expect(reader.isEmpty)
  }

  @Test(
    "a reader refuses what it can't take, before it is all there",
    arguments: [
      ([1, 0, 0, 0, 1], "unimplemented"), ([2, 0, 0, 0, 1], "internalError"),
      ([0, 0, 0, 0, 41], "resourceExhausted"), ([0, 255, 255, 255, 255], "resourceExhausted"),
    ] as [([UInt8], String)]
  )
  func refused(prefix: [UInt8], code: String) {
    var reader = MessageReader(maxMessageBytes: 40)
    reader.append(ByteBuffer(bytes: prefix))
    let refusal = #expect(throws: Refusal.self) { _ = try reader.next() }
    #expect(refusal.map { "\($0.status.code)" } == code)
  }
}
