package import GRPCCore
package import MeshModel
package import XDSProtos

/// One line of the log that the walkthrough's client prints, in dubbo-go's format: fields apart by a
/// tab, the message last.
/// ```
/// 2022-04-07T05:06:40.384Z	INFO	cmd/app.go:29	call server response = name:"Hello laurence" id:"v2.0.0"
/// ```
package struct DubboLogLine: Hashable, Sendable, CustomStringConvertible {
  package enum Level: String, Hashable, Sendable {
    case info = "INFO"
    case error = "ERROR"
  }

  /// The place in the walkthrough's client that logs.
  private static let caller = "cmd/app.go:29"

  package let time: Timestamp
  package let level: Level
  package let message: String

  /// What is logged of an answer.
  package init(time: Timestamp, response: Api_User) {
    self.time = time
    level = .info
    message = "call server response = \(GoText.text(of: response))"
  }

  /// What is logged of a call that failed.
  package init(time: Timestamp, error: RPCError) {
    self.time = time
    level = .error
    message = "call server error = \(GoText.text(of: error))"
  }

  package var description: String {
    "\(UTCText.text(of: time))\t\(level.rawValue)\t\(DubboLogLine.caller)\t\(message)"
  }
}
