import MeshModel
import MeshPicture
import MeshRuntime
import Testing

@Suite("The filter of the calls")
struct CallFilterTests {
  private static let row = CallRow(
    sequence: 1,
    record: CallRecord(
      time: .zero,
      nodeID: "n",
      authority: "a",
      path: "/api.Greeter/SayHello",
      headers: [HeaderField(name: "user", value: "Admin")],
      workloadVersion: "v2.0.0",
      statusCode: 14
    ),
    client: "client-1",
    rule: 2,
    subset: "canary",
    revision: 43
  )

  @Test(
    "finds words in any field, in either case",
    arguments: [
      "", "  ", "sayhello", "GREETER", "client-1", "user=admin", "ADMIN", "v2", "canary",
      "rule:2", "ver:v2", "code:14", "client:CLIENT", "rev:43", "v2 admin rule:2 code:14",
      "rule:", "code:", "RULE:2",
      "!", "!nobody", "!rule:", "!rule:1 v2", "!client:v2", "!code:0 !ver:v1", "!!v2",
    ]
  )
  func matches(words: String) {
    #expect(CallFilter(words).matches(Self.row))
  }

  @Test(
    "wants every word",
    arguments: [
      "nobody", "v2 nobody", "rule:1", "rule:x", "ver:canary", "code:0", "client:v2", "rev:44",
      "user=root", "a:b", "sayhello/", "SayHelloo",
      "!v2", "!SAYHELLO", "v2 !admin", "!rule:2", "!code:14", "!rule:x", "!client:client-1",
    ]
  )
  func misses(words: String) {
    #expect(!CallFilter(words).matches(Self.row))
  }
}

@Suite("The call log")
struct CallLogTests {
  @Test("shows each viewer what its own filter lets through, of old calls and new ones")
  func filter() throws {
    var mesh = try Fixture(Walkthrough.steps[0].rules)
    mesh.join("client-1")
    mesh.join("client-2")
    try mesh.call("client-1", times: 30)
    try mesh.call("client-2", times: 20)
    #expect(mesh.calls().rows.map(\.sequence) == Array(1...50))

    let one = try mesh.viewer()
    let two = try mesh.viewer()
    mesh.state.setCallFilter("client:client-2", of: one)
    #expect(mesh.calls(one).rows.map(\.sequence) == Array(31...50))
    try mesh.call("client-2")
    try mesh.call("client-1")
    var calls = mesh.calls(one)
    #expect(calls.rows.count == 21 && calls.matched == 21 && calls.total == 52)
    #expect(calls.filter == "client:client-2")
    #expect(mesh.calls(two).rows.count == 52 && mesh.calls(two).filter.isEmpty)
    #expect(mesh.calls(one, limit: 3).rows.map(\.sequence) == [49, 50, 51])

    mesh.state.setCallFilter("", of: one)
    calls = mesh.calls(one)
    #expect(calls.rows.count == 52 && calls.matched == 52)
  }

  @Test("keeps the newest two thousand, and counts what was dropped")
  func bounded() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    let viewer = try mesh.viewer()
    mesh.state.setCallFilter("ver:v2", of: viewer)
    try mesh.call("client-1", times: 3_000)
    mesh.state.record(calls: [], dropped: 17, now: mesh.now)
    let v2 = mesh.calls(viewer)
    #expect(v2.rows.count == Int(v2.matched) && v2.matched > 200)
    let calls = mesh.calls()
    #expect(calls.rows.map(\.sequence) == Array(1_001...3_000))
    #expect(calls.total == 3_000 && calls.dropped == 17)
    for limit in [0, 1, 999, 1_000, 1_001, 1_999, 2_000, 5_000] {
      let newest = mesh.calls(nil, limit: limit).rows.map(\.sequence)
      #expect(newest == Array((1_001...3_000).suffix(limit)), "\(limit)")
    }
  }

  @Test("has room for so many viewers and no more")
  func viewers() throws {
    var mesh = try Fixture()
    var viewers: [CallViewerID] = []
    while let viewer = mesh.state.openCallView(), viewers.count < 10_000 { viewers.append(viewer) }
    #expect(viewers.count == 256 && Set(viewers).count == 256)
  }

  @Test("tells rule, subset and revision of each call")
  func rows() throws {
    var mesh = try Fixture(Walkthrough.steps[2].rules)
    mesh.join("client-1")
    try mesh.call("client-1", headers: [HeaderField(name: "user", value: "admin")])
    try mesh.call("client-1")
    let rows = mesh.picture().calls.rows
    #expect(rows.map(\.rule) == [1, 2])
    #expect(rows.map(\.subset) == ["v2", "v1"])
    #expect(rows.map(\.revision) == [1, 1])
    #expect(rows.map(\.client) == ["client-1", "client-1"])
  }

  @Test("lets nothing through that could move a cursor")
  func clean() throws {
    var mesh = try Fixture()
    var record = try mesh.decide("client-1")
    record.nodeID = "evil\u{1B}[2J"
    record.path = "/a\r\nb"
    record.headers = [HeaderField(name: "x\u{9B}", value: String(repeating: "y", count: 5_000))]
    record.workloadVersion = "v\u{202E}1"
    record.endpoint = "1.1.1.1:1\u{0}"
    mesh.report(record)
    let row = try #require(mesh.picture().calls.rows.first)
    #expect(row.client == "evil [2J" && row.record.nodeID == "evil [2J")
    #expect(row.record.path == "/a b")
    #expect(row.record.headers[0].name == "x")
    #expect(row.record.headers[0].value.count == 128)
    #expect(row.record.workloadVersion == "v 1")
    #expect(row.record.endpoint == "1.1.1.1:1")
  }
}

@Suite("Printable text")
struct PrintableTextTests {
  @Test(
    "has no control, formatting or unassigned characters",
    arguments: [
      ("plain", "plain"), ("grün ✓ 漢字", "grün ✓ 漢字"), ("a\u{1B}[31mb", "a [31mb"),
      ("a\n\n\tb", "a b"), ("a \n b", "a  b"), ("\u{7}a\u{7}", "a"), ("a\u{85}b\u{9B}", "a b"),
      ("x\u{202E}y\u{2066}", "x y"), ("\u{FEFF}z", "z"), ("a\u{2028}b", "a b"), ("", ""),
      ("\u{E000}", ""), ("\u{7F}", ""),
    ]
  )
  func clean(text: String, wanted: String) {
    #expect(text.printable(limit: 100) == wanted)
  }

  @Test("is cut where it is too long, and says so")
  func cut() {
    #expect("abcdef".printable(limit: 6) == "abcdef")
    #expect("abcdefg".printable(limit: 6) == "abcde…")
    let heap = "e" + String(repeating: "\u{301}", count: 10_000)
    #expect(heap.printable(limit: 50).unicodeScalars.count == 50)
    #expect("a\nb".printable(limit: 2) == "a…")
  }
}

@Suite("Printable bytes")
struct PrintableBytesTests {
  @Test("finds what can't be shown wherever in a text it stands")
  func everyByte() {
    for length in 1...20 {
      for place in 0..<length {
        for byte in [0x00, 0x1F, 0x20, 0x7E, 0x7F] as [UInt8] {
          var bytes = [UInt8](repeating: 0x7E, count: length)
          bytes[place] = byte
          let text = String(decoding: bytes, as: UTF8.self)
          let isPrintable = (0x20..<0x7F).contains(byte)
          #expect((text.printable(limit: 20) == text) == isPrintable, "\(byte) at \(place)")
        }
      }
    }
    #expect("12345678ü".printable(limit: 9) == "12345678ü")
    #expect("1234567\u{9B}12345678".printable(limit: 20) == "1234567 12345678")
  }
}

extension Fixture {
  fileprivate mutating func viewer() throws -> CallViewerID {
    let viewer = state.openCallView()
    return try #require(viewer)
  }

  /// The log as a viewer sees it; all of it for nil.
  fileprivate mutating func calls(
    _ viewer: CallViewerID? = nil,
    limit: Int = 10_000
  ) -> CallsPicture {
    state.picture(for: viewer, callLimit: limit, now: now).calls
  }
}
