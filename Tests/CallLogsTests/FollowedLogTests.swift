import CallLogs
import Testing

@Suite("The flag --follow-log")
struct FollowedLogTests {
  @Test(
    "names a node and a file",
    arguments: [
      ("client=/var/log/app.log", FollowedLog(nodeID: "client", path: "/var/log/app.log")),
      ("a=b@start", FollowedLog(nodeID: "a", path: "b", start: .beginning)),
      ("a=b@end", FollowedLog(nodeID: "a", path: "b", start: .end)),
      ("a=b@start@end", FollowedLog(nodeID: "a", path: "b@start", start: .end)),
      ("a=b=c", FollowedLog(nodeID: "a", path: "b=c")),
      (
        "sidecar~10.0.0.5~pod.default~default.svc.cluster.local=x",
        FollowedLog(nodeID: "sidecar~10.0.0.5~pod.default~default.svc.cluster.local", path: "x")
      ),
    ]
  )
  func good(text: String, log: FollowedLog) throws {
    #expect(try FollowedLog(parsing: text) == log)
  }

  @Test("must have both", arguments: ["", "=", "a", "a=", "=b", "a=@start", "@start"])
  func bad(text: String) {
    let error = #expect(throws: CallLogError.self) { try FollowedLog(parsing: text) }
    #expect(error?.code == .malformed)
    #expect(error?.message.contains("--follow-log is \(text); want NODE=FILE") == true)
  }
}
