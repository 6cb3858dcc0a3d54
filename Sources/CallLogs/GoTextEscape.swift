/// The escapes in Go's quoted texts.
enum GoTextEscape {
  /// Reads what follows a backslash and adds what it stands for; false at the end of the line.
  static func read(_ scanner: inout LineScanner, into result: inout [UInt8]) -> Bool {
    guard let first = scanner.take() else { return false }
    switch first {
    case UInt8(ascii: "a"): result.append(0x07)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "v"): result.append(0x0B)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      result.append(UInt8(truncatingIfNeeded: digits(&scanner, radix: 16, most: 2)))
    case UInt8(ascii: "u"):
      append(scalar: digits(&scanner, radix: 16, most: 4), to: &result)
    case UInt8(ascii: "U"):
      append(scalar: digits(&scanner, radix: 16, most: 8), to: &result)
    case 0x30...0x37:
      let value = digits(&scanner, radix: 8, most: 2, after: UInt32(first - 0x30))
      result.append(UInt8(truncatingIfNeeded: value))
    default:
      result.append(first)
    }
    return true
  }

  /// Takes up to `most` digits, which go on the number `after`.
  private static func digits(
    _ scanner: inout LineScanner,
    radix: UInt32,
    most: Int,
    after: UInt32 = 0
  ) -> UInt32 {
    var value = after
    for _ in 0..<most {
      guard let byte = scanner.next, let digit = digit(byte), digit < radix else { break }
      value = value &* radix &+ digit
      _ = scanner.take()
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  /// Adds a character in UTF-8, or the one for a faulty one.
  private static func append(scalar value: UInt32, to result: inout [UInt8]) {
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
  }
}
