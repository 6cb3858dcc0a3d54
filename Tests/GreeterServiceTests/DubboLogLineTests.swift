import GRPCCore
import MeshModel
import Testing
import XDSProtos

@testable import GreeterService

@Suite("Log lines in dubbo-go's format")
struct DubboLogLineTests {
  private let time = Timestamp(microseconds: 1_649_308_000_384_000)

  private func user(_ name: String, id: String = "", age: Int32 = 0) -> Api_User {
    var user = Api_User()
    user.name = name
    user.id = id
    user.age = age
    return user
  }

  @Test("tell an answer as the walkthrough shows it")
  func response() {
    let line = DubboLogLine(time: time, response: user("Hello laurence", id: "v2.0.0"))
    #expect(
      line.description == "2022-04-07T05:06:40.384Z\tINFO\tcmd/app.go:29\t"
        + "call server response = name:\"Hello laurence\" id:\"v2.0.0\""
    )
  }

  @Test("tell a failure in Go's words, on one line")
  func failure() {
    let error = RPCError(code: .unavailable, message: "no\tluck\n\u{1B}[31m \"here\"")
    let line = DubboLogLine(time: time, error: error)
    #expect(
      line.description == "2022-04-07T05:06:40.384Z\tERROR\tcmd/app.go:29\t"
        + #"call server error = rpc error: code = Unavailable desc = no\tluck\n\x1b[31m "here""#
    )
    let names: [(RPCError.Code, String)] = [
      (.cancelled, "Canceled"), (.internalError, "Internal"),
      (.deadlineExceeded, "DeadlineExceeded"),
      (.unauthenticated, "Unauthenticated"),
    ]
    for (code, name) in names {
      let text = GoText.text(of: RPCError(code: code, message: ""))
      #expect(text == "rpc error: code = \(name) desc = ")
    }
  }

  @Test("leave out what is not set, and escape what is special")
  func fields() {
    #expect(GoText.text(of: user("")) == "")
    #expect(GoText.text(of: user("é", age: 21)) == #"name:"é" age:21"#)
    #expect(
      GoText.text(of: user("a\"b\\c\n\u{9B}", id: "\u{7F}"))
        == #"name:"a\"b\\c\n\x9b" id:"\x7f""#
    )
  }

  @Test(
    "tell moments in UTC, to the millisecond",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (951_782_399_999_999, "2000-02-28T23:59:59.999Z"),
      (951_868_800_000_000, "2000-03-01T00:00:00.000Z"),
      (1_709_164_800_000_000, "2024-02-29T00:00:00.000Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)]
  )
  func moments(microseconds: Int64, text: String) {
    #expect(UTCText.text(of: Timestamp(microseconds: microseconds)) == text)
  }
}
