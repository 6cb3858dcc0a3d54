import GRPCCore
import XDSProtos

/// How Go prints what the walkthrough's client logs.
enum GoText {
  /// A message in protobuf's text format; fields that hold their default are left out.
  static func text(of user: Api_User) -> String {
    var fields: [String] = []
    if !user.name.isEmpty { fields.append("name:\(quoted(user.name))") }
    if !user.id.isEmpty { fields.append("id:\(quoted(user.id))") }
    if user.age != 0 { fields.append("age:\(user.age)") }
    return fields.joined(separator: " ")
  }

  /// An error as grpc-go words it.
  static func text(of error: RPCError) -> String {
    let message = escaped(error.message, quote: nil)
    return "rpc error: code = \(name(of: error.code)) desc = \(message)"
  }

  private static func quoted(_ text: String) -> String {
    "\"\(escaped(text, quote: "\""))\""
  }

  /// Text on one line without control characters, and with what is special where it is quoted.
  private static func escaped(_ text: String, quote: Unicode.Scalar?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n".unicodeScalars
      case "\r": result += "\\r".unicodeScalars
      case "\t": result += "\\t".unicodeScalars
      case "\\" where quote != nil: result += "\\\\".unicodeScalars
      case quote: result += "\\\(scalar)".unicodeScalars
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        result += "\\x\(digits.count < 2 ? "0" : "")\(digits)".unicodeScalars
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The code's name in Go.
  private static func name(of code: RPCError.Code) -> String {
    codeNames.indices.contains(code.rawValue) ? codeNames[code.rawValue] : "Code(\(code.rawValue))"
  }

  /// By number.
  private static let codeNames = [
    "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
    "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange",
    "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
  ]
}
