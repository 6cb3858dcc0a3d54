import Foundation

/// Bytes as text, as RFC 4648 has it, with padding.
enum Base64Text {
  static func text(of bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// nil where it is no base64.
  static func bytes(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { [UInt8]($0) } }
}
