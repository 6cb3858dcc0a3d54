extension BlockReader {
  /// A value between brackets, or in them, all on one line.
  mutating func flowValue(depth: Int) throws(Unread) -> YAMLNode {
    guard depth < 20 else { throw Unread() }
    let mark = mark
    switch try current() {
    case UInt8(ascii: "["):
      return YAMLNode(content: .list(try flowElements(depth: depth)), mark: mark)
    case UInt8(ascii: "{"):
      return YAMLNode(content: .object(try flowFields(depth: depth)), mark: mark)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return YAMLNode(content: .scalar(YAMLScalar(try quoted(), isPlain: false)), mark: mark)
    default:
      let text = word()
      guard !text.isEmpty, !text.hasPrefix("-") else { throw Unread() }
      return YAMLNode(content: .scalar(YAMLScalar(text, isPlain: true)), mark: mark)
    }
  }

  private mutating func flowElements(depth: Int) throws(Unread) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    if try isFlowEmpty(until: UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try flowValue(depth: depth + 1))
      if try !isFlowFollowed(until: UInt8(ascii: "]")) { return elements }
    }
  }

  private mutating func flowFields(depth: Int) throws(Unread) -> [YAMLField] {
    var fields: [YAMLField] = []
    if try isFlowEmpty(until: UInt8(ascii: "}")) { return fields }
    while true {
      let mark = mark
      let name = try key()
      guard try current() == UInt8(ascii: " "), !fields.contains(where: { $0.name == name }) else {
        throw Unread()
      }
      try skipFlowBlanks()
      fields.append(YAMLField(name: name, mark: mark, value: try flowValue(depth: depth + 1)))
      if try !isFlowFollowed(until: UInt8(ascii: "}")) { return fields }
    }
  }

  private mutating func isFlowEmpty(until end: UInt8) throws(Unread) -> Bool {
    position += 1
    try skipFlowBlanks()
    guard try current() == end else { return false }
    position += 1
    return true
  }

  /// Takes a comma, after which more comes, or the end.
  private mutating func isFlowFollowed(until end: UInt8) throws(Unread) -> Bool {
    try skipFlowBlanks()
    let byte = try current()
    position += 1
    guard byte == UInt8(ascii: ",") else {
      guard byte == end else { throw Unread() }
      return false
    }
    guard try current() == UInt8(ascii: " ") else { throw Unread() }
    try skipFlowBlanks()
    return true
  }

  private mutating func skipFlowBlanks() throws(Unread) {
    while try current() == UInt8(ascii: " ") { position += 1 }
  }

  private func current() throws(Unread) -> UInt8 {
    guard position < bytes.count else { throw Unread() }
    return bytes[position]
  }
}
