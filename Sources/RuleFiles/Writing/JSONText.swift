import MeshModel

/// Plain values as JSON on one line.
struct JSONText {
  private var text = ""

  static func text(of value: PlainValue) -> String {
    var writer = JSONText()
    writer.add(value)
    return writer.text
  }

  /// A string in double quotes, with the escapes that JSON and YAML both know.
  static func quoted(_ string: String) -> String {
    var writer = JSONText()
    writer.addQuoted(string)
    return writer.text
  }

  private mutating func add(_ value: PlainValue) {
    switch value {
    case .null: text += "null"
    case .boolean(let isTrue): text += isTrue ? "true" : "false"
    case .integer(let number): text += "\(number)"
    case .number(let number): text += "\(number)"
    case .string(let string): addQuoted(string)
    case .list(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        add(element)
      }
      text += "]"
    case .object(let fields):
      text += "{"
      for (index, field) in fields.enumerated() {
        if index > 0 { text += "," }
        addQuoted(field.name)
        text += ":"
        add(field.value)
      }
      text += "}"
    }
  }

  private mutating func addQuoted(_ string: String) {
    text += "\""
    if string.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }) {
      text += string
    } else {
      for scalar in string.unicodeScalars { add(scalar) }
    }
    text += "\""
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\t": text += "\\t"
    case "\r": text += "\\r"
    case _ where scalar.value < 0x20 || YAMLText.isSpecial(scalar):
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: text.unicodeScalars.append(scalar)
    }
  }
}
