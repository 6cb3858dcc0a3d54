import CallLogs
import MeshModel
import Testing

@Suite("A line of a client's log")
struct CallLogLineTests {
  private static let time = Timestamp(microseconds: 1_649_307_600_384_000)

  private func kind(_ text: String) -> CallLogLine.Kind {
    CallLogLine.kind(of: Array(text.utf8)[...])
  }

  private func version(_ text: String) -> String? {
    guard case .call(let line) = kind(text), case .answered(let version) = line.outcome else {
      return nil
    }
    return version
  }

  private static let stamp = "2022-04-07T05:00:00.384Z"

  @Test(
    "names the workload version",
    arguments: [
      (#"name:"Hello laurence" id:"v2.0.0""#, "v2.0.0"),
      (#"name:"Hello laurence"  id:"v2.0.0""#, "v2.0.0"),
      (#"id:"v1.0.0"  name:"Hello laurence"  age:21"#, "v1.0.0"),
      (#"age:21 id:"v1" name:"x""#, "v1"),
      (#"name:"id:\"v9\"" id:"v2""#, "v2"),
      (#"name:"call server error = " id:"v3""#, "v3"),
      (#"name:"a\\" id:"v2""#, "v2"),
      (#"name:'it"s'  id:'v2'"#, "v2"),
      (#"id:"v\x32\056\060""#, "v2.0"),
      (#"id:"\u00e9\U0001F600""#, "é😀"),
      (#"name:"x""#, ""),
      (#"id:"""#, ""),
      ("", ""),
      (#"nested:{id:"v8" deep:{x:1}} id:"v2""#, "v2"),
      (#"nested {id:"v8" text:"}"} id:"v2""#, "v2"),
      (#"list:[1, 2] id:"v2""#, "v2"),
      (#"name:"x", id:"v2""#, "v2"),
      (#"name: "x" id: "v2""#, "v2"),
      (#"id:"v1" id:"v2""#, "v2"),
      ("name:\"Hello laurence\"  id:\"v2.0.0\"\r", "v2.0.0"),
    ]
  )
  func versions(fields: String, wanted: String) {
    #expect(
      version("\(Self.stamp)\tINFO\tcmd/app.go:29\tcall server response = \(fields)") == wanted
    )
  }

  @Test(
    "is told from others by its message, wherever its columns are",
    arguments: [
      "\(stamp)\tINFO\tcmd/app.go:29\tcall server response = id:\"v2\"",
      "\(stamp)    INFO    cmd/app.go:35    call server response = id:\"v2\"",
      "\(stamp)\t\u{1B}[34mINFO\u{1B}[0m\tcmd/app.go:29\tcall server response = id:\"v2\"",
      "\u{1B}[1;31m\(stamp)\u{1B}[0m INFO call server \u{1B}[Kresponse = id:\"v2\"\u{1B}[0m",
      "  \(stamp) INFO call server response = id:\"v2\"",
      "\(stamp) call server response: id:\"v2\"",
    ]
  )
  func columns(line: String) {
    let call = CallLogLine(time: Self.time, outcome: .answered(workloadVersion: "v2"))
    #expect(kind(line) == .call(call))
  }

  @Test(
    "of a failed call names its code",
    arguments: [
      ("rpc error: code = Unavailable desc = no route", 14),
      ("rpc error: code = DeadlineExceeded desc = code = OK", 4),
      ("Failed to invoke the method SayHello. No provider available", 2),
      ("rpc error: code = OK desc = ?", 2),
      ("rpc error: code = Strange desc = ?", 2),
      ("", 2),
    ]
  )
  func failures(text: String, code: Int) {
    let call = CallLogLine(time: Self.time, outcome: .failed(statusCode: code))
    #expect(
      kind("\(Self.stamp)\t\u{1B}[31mERROR\u{1B}[0m\ta.go:29\tcall server error = \(text)")
        == .call(call)
    )
  }

  @Test(
    "that is no call's is another",
    arguments: [
      "", "   ", "\(stamp)\tINFO\tdubbo started", "call server", "call server ",
      "call server respon",
      "call server request = id:\"v2\"", "call server response", "call server responses = x",
      "\u{1B}", "\u{1B}[", "\u{1B}[31",
    ]
  )
  func others(line: String) {
    #expect(kind(line) == .other)
  }

  @Test(
    "that breaks off in its fields can't be read",
    arguments: [
      #"id:"v2"#, #"id:"v2\"#, "id:", "id", "=", #"nested:{id:"v2""#, "nested:{",
      #"nested:{"x"#, "{}", #""v2""#,
    ]
  )
  func unreadable(fields: String) {
    #expect(kind("call server response = \(fields)") == .unreadable)
  }

  @Test(
    "has the time that it tells",
    arguments: [
      ("2022-04-07T05:00:00.384Z", 1_649_307_600_384_000),
      ("2022-04-07T05:00:00.384+0000", 1_649_307_600_384_000),
      ("2022-04-07T13:00:00.384+0800", 1_649_307_600_384_000),
      ("2022-04-06T22:30:00.384-06:30", 1_649_307_600_384_000),
      ("2022/04/07 05:00:00,384Z", 1_649_307_600_384_000),
      ("2022-04-07T05:00:00Z", 1_649_307_600_000_000),
      ("2022-04-07T05:00:00.123456789Z", 1_649_307_600_123_456),
      ("1970-01-01T00:00:00Z", 0),
      ("1969-12-31T23:59:59Z", -1_000_000),
      ("2024-02-29T12:00:00Z", 1_709_208_000_000_000),
      ("2000-02-29T00:00:00Z", 951_782_400_000_000),
    ] as [(String, Int64)]
  )
  func times(text: String, microseconds: Int64) {
    guard case .call(let line) = kind("\(text) INFO call server response = id:\"v2\"") else {
      Issue.record("not a call: \(text)")
      return
    }
    #expect(line.time == Timestamp(microseconds: microseconds))
  }

  @Test(
    "has no time where it tells none with a zone",
    arguments: [
      "", "2022-04-07T05:00:00.384", "2022-04-07 05:00", "2022-13-07T05:00:00Z", "05:00:00Z",
      "2022-04-07T25:00:00Z", "2022-04-07T05:00:00+08", "2022-04-07", "INFO",
    ]
  )
  func noTime(text: String) {
    guard case .call(let line) = kind("\(text) call server response = id:\"v2\"") else {
      Issue.record("not a call: \(text)")
      return
    }
    #expect(line.time == nil)
  }

  @Test("that is not UTF-8 is read all the same")
  func invalidText() {
    let line =
      Array("\(Self.stamp) \u{0}".utf8) + [0xFF, 0xC3, 0x28]
      + Array(#" call server response = name:""#.utf8) + [0xFE] + Array(#"" id:"v2""#.utf8)
    let call = CallLogLine(time: Self.time, outcome: .answered(workloadVersion: "v2"))
    #expect(CallLogLine.kind(of: line[...]) == .call(call))
    let odd = Array(#"call server response = id:"v"#.utf8) + [0xFF] + Array(#"""#.utf8)
    #expect(
      CallLogLine.kind(of: odd[...])
        == .call(CallLogLine(time: nil, outcome: .answered(workloadVersion: "v\u{FFFD}")))
    )
  }

  @Test("never traps, whatever it holds")
  func garbage() {
    var random = SystemRandomNumberGenerator()
    let seeds = [
      "\(Self.stamp)\tINFO\tx\tcall server response = name:\"Hello\" id:\"v2\" n:{a:[1]}",
      "\(Self.stamp)\tERROR\tx\tcall server error = rpc error: code = Unavailable desc = x",
      "call server response = \\u\\U\\x\\1\\12\\777\"",
    ].map { Array($0.utf8) }
    for seed in seeds {
      for _ in 0..<3_000 {
        var line = seed
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          line[Int.random(in: line.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
        let cut = Int.random(in: 0...line.count, using: &random)
        _ = CallLogLine.kind(of: line[..<cut])
        _ = CallLogLine.kind(of: line[cut...])
      }
    }
  }
}
