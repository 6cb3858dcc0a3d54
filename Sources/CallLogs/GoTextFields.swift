/// Go's text of a protobuf message: `name:"Hello laurence"  id:"v2.0.0" age:21`, fields in any order.
enum GoTextFields {
  /// Messages within each other; deeper ones are not read.
  private static let maxDepth = 32
  private static let versionField = Array("id".utf8)

  /// The value of the message's `id`, empty where it has none; nil for text that isn't a message.
  static func workloadVersion(_ scanner: inout LineScanner) -> String? {
    var version: [UInt8] = []
    scanner.skipBlanks()
    while scanner.next != nil {
      let name = scanner.word()
      guard !name.isEmpty else { return nil }
      scanner.skipBlanks()
      guard let value = value(&scanner) else { return nil }
      if name.elementsEqual(versionField) { version = value }
      skipSeparators(&scanner)
    }
    return String(decoding: version, as: UTF8.self)
  }

  /// What stands after a field's name: a text, a number or word, a message, or a list of these.
  private static func value(_ scanner: inout LineScanner) -> [UInt8]? {
    let hasColon = scanner.take(UInt8(ascii: ":"))
    scanner.skipBlanks()
    switch scanner.next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return hasColon ? text(&scanner) : nil
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<"):
      return skipBrackets(&scanner) ? [] : nil
    default:
      return hasColon ? bareWord(&scanner) : nil
    }
  }

  private static func bareWord(_ scanner: inout LineScanner) -> [UInt8]? {
    var result: [UInt8] = []
    while let byte = scanner.next, byte > 0x20, byte != UInt8(ascii: ","),
      byte != UInt8(ascii: ";")
    {
      result.append(byte)
      _ = scanner.take()
    }
    return result.isEmpty ? nil : result
  }

  private static func skipSeparators(_ scanner: inout LineScanner) {
    scanner.skipBlanks()
    while scanner.take(UInt8(ascii: ",")) || scanner.take(UInt8(ascii: ";")) {
      scanner.skipBlanks()
    }
  }

  /// Goes past a message or list and all that is in it; false where it has no end.
  private static func skipBrackets(_ scanner: inout LineScanner) -> Bool {
    var depth = 0
    repeat {
      switch scanner.next {
      case nil:
        return false
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard text(&scanner) != nil else { return false }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<"):
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ">"):
        depth -= 1
      default:
        break
      }
      _ = scanner.take()
    } while depth > 0 && depth <= maxDepth
    return depth == 0
  }

  /// A quoted text, its escapes replaced; nil where it has no end.
  private static func text(_ scanner: inout LineScanner) -> [UInt8]? {
    guard let quote = scanner.take() else { return nil }
    var result: [UInt8] = []
    while let byte = scanner.take() {
      if byte == quote { return result }
      if byte == UInt8(ascii: "\\") {
        guard GoTextEscape.read(&scanner, into: &result) else { return nil }
      } else {
        result.append(byte)
      }
    }
    return nil
  }
}
