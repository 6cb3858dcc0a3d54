import Testing

@testable import DebugServer

@Suite("A request's target")
struct RequestTests {
  @Test(
    "has a path and a query",
    arguments: [
      ("/", "/", [:]),
      ("", "/", [:]),
      ("/debug/adsz", "/debug/adsz", [:]),
      ("/debug/config_dump?proxyID=a~b", "/debug/config_dump", ["proxyID": "a~b"]),
      ("/x?proxyID=a%7Eb%20c&z&y=&proxyID=2", "/x", ["proxyID": "a~b c", "z": "", "y": ""]),
      ("/x%2Fy?a=%ZZ", "/x/y", ["a": "%ZZ"]),
      ("http://127.0.0.1:8080/debug/adsz?a=1", "/debug/adsz", ["a": "1"]),
      ("http://127.0.0.1:8080", "/", [:]),
      ("/x?a=b=c#d", "/x", ["a": "b=c"]),
      ("/x?u=http://y", "/x", ["u": "http://y"]),
      ("?", "/", [:]),
    ] as [(String, String, [String: String])]
  )
  func targets(text: String, path: String, query: [String: String]) {
    let request = DebugRequest(method: "GET", target: text)
    #expect(request.path == path)
    #expect(request.query == query)
  }
}
