/// grpc-go's text of an error: `rpc error: code = Unavailable desc = …`.
enum GoErrorText {
  /// gRPC's UNKNOWN: for errors that tell no code.
  private static let unknown = 2
  private static let marker = Array("code = ".utf8)

  /// The names of the codes in Go, by number.
  private static let names: [[UInt8]] = [
    "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound",
    "AlreadyExists", "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted",
    "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
  ].map { Array($0.utf8) }

  /// The gRPC status code of the error, never 0: that of its first `code = `, else UNKNOWN.
  static func statusCode(_ scanner: inout LineScanner) -> Int {
    guard scanner.skip(past: marker) else { return unknown }
    let name = scanner.word()
    let code = names.firstIndex { name.elementsEqual($0) } ?? unknown
    return code == 0 ? unknown : code
  }
}
