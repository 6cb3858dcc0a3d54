/// JSON of one line over several, two blanks a level, for people and for line-wise differences.
///
/// - Parameter json: JSON as a program wrote it; what is none comes out as it may.
/// - Returns: The same value; its fields in their order.
func indentedJSON(_ json: String) -> String {
  var writer = IndentedJSON()
  for byte in json.utf8 { writer.take(byte) }
  return String(decoding: writer.output, as: UTF8.self)
}

private struct IndentedJSON {
  var output: [UInt8] = []
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  /// Whether the last byte opened an object or a list.
  private var isOpen = false

  mutating func take(_ byte: UInt8) {
    if isInString {
      output.append(byte)
      isInString = isEscaped || byte != UInt8(ascii: "\"")
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      return
    }
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      if !isOpen { breakLine() }
      isOpen = false
      output.append(byte)
    case _:
      if isOpen { breakLine() }
      isOpen = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
      if isOpen { depth += 1 }
      isInString = byte == UInt8(ascii: "\"")
      output.append(byte)
      if byte == UInt8(ascii: ",") { breakLine() }
      if byte == UInt8(ascii: ":") { output.append(UInt8(ascii: " ")) }
    }
  }

  private mutating func breakLine() {
    output.append(UInt8(ascii: "\n"))
    output += repeatElement(UInt8(ascii: " "), count: 2 * max(0, depth))
  }
}
