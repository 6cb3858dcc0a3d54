import MeshModel

/// Changes a document's text where what it says changes, and leaves the rest of it as it is.
///
/// It works on lines and on what the nodes know of their places, so it can go wrong on odd layouts:
/// whoever uses it reads the result again and compares.
struct DocumentEdit {
  typealias Refusal = EditableText.Refusal

  private(set) var text: EditableText

  init(_ text: EditableText) {
    self.text = text
  }

  /// Makes a node that says `old` say `new`.
  ///
  /// - Throws: `Refusal` where only what is around the node can be rewritten as a whole.
  mutating func change(
    _ node: YAMLNode,
    from old: PlainValue,
    to new: PlainValue
  ) throws(Refusal) {
    if old == new { return }
    switch (old, new, node.content) {
    case (.object(let before), .object(let after), .object):
      try changeFields(of: node, from: before, to: after)
    case (.list(let before), .list(let after), .list(let elements)):
      guard elements.count == before.count, try !isFlow(node) || before.count == after.count else {
        throw Refusal()
      }
      try changeElements(elements, from: before, to: after)
    case (_, _, .scalar):
      guard new.isScalar else { throw Refusal() }
      try changeScalar(node, to: new)
    default:
      throw Refusal()
    }
  }

  private func isFlow(_ node: YAMLNode) throws(Refusal) -> Bool {
    let first = text[try text.offset(of: node.mark)]
    return first == "{" || first == "["
  }

  // MARK: Objects

  private mutating func changeFields(
    of node: YAMLNode,
    from before: [PlainValue.Field],
    to after: [PlainValue.Field]
  ) throws(Refusal) {
    let isFlow = try isFlow(node)
    var added: [PlainValue.Field] = []
    for field in after {
      let old = before.first { $0.name == field.name }
      if old == field { continue }
      guard let child = node.fields.first(where: { $0.name == field.name }) else {
        added.append(field)
        continue
      }
      try changeField(child, from: old?.value, to: field, isFlow: isFlow)
    }
    let removed = before.map(\.name).filter { name in !after.contains { $0.name == name } }
    guard removed.isEmpty && added.isEmpty || !isFlow else { throw Refusal() }
    for name in removed { try remove(name, from: node) }
    try add(added, to: node)
  }

  private mutating func changeField(
    _ child: YAMLField,
    from old: PlainValue?,
    to new: PlainValue.Field,
    isFlow: Bool
  ) throws(Refusal) {
    let saved = text
    if let old {
      do throws(Refusal) {
        return try change(child.value, from: old, to: new.value)
      } catch {
        text = saved
      }
    }
    if isFlow { throw Refusal() }
    let start = try text.offset(of: child.mark)
    let lines = YAMLBlockText.lines(of: new, indent: child.mark.column - 1)
    text.replace(
      start..<text.start(ofLine: end(of: child)),
      with: String(lines.dropFirst(child.mark.column - 1))
    )
  }

  /// The index of the line after a field.
  private func end(of field: YAMLField) -> Int {
    text.endOfBlock(
      from: field.mark.line - 1,
      indent: field.mark.column,
      dashes: !field.value.elements.isEmpty
    )
  }

  private mutating func remove(_ name: String, from node: YAMLNode) throws(Refusal) {
    guard let index = node.fields.firstIndex(where: { $0.name == name }), node.fields.count > 1
    else { throw Refusal() }
    let field = node.fields[index]
    let lineStart = text.start(ofLine: field.mark.line - 1)
    let start = try text.offset(of: field.mark)
    if (lineStart..<start).allSatisfy({ text[$0] == " " }) {
      text.removeLines(field.mark.line - 1..<end(of: field))
    } else if index + 1 < node.fields.count {
      // It stands behind a dash, where the next one goes now.
      text.replace(start..<(try text.offset(of: node.fields[index + 1].mark)), with: "")
    } else {
      throw Refusal()
    }
  }

  private mutating func add(
    _ fields: [PlainValue.Field],
    to node: YAMLNode
  ) throws(Refusal) {
    if fields.isEmpty { return }
    guard let last = node.fields.max(by: { $0.mark < $1.mark }),
      node.fields.allSatisfy({ $0.mark.column == last.mark.column })
    else { throw Refusal() }
    let lines = YAMLBlockText.lines(of: .object(fields), indent: last.mark.column - 1)
    text.insertLines(lines, atLine: end(of: last))
  }

  // MARK: Lists

  private mutating func changeElements(
    _ elements: [YAMLNode],
    from before: [PlainValue],
    to after: [PlainValue]
  ) throws(Refusal) {
    let shorter = min(before.count, after.count)
    var head = 0
    while head < shorter, before[head] == after[head] { head += 1 }
    var tail = 0
    while tail < shorter - head, before[before.count - 1 - tail] == after[after.count - 1 - tail] {
      tail += 1
    }
    let old = head..<before.count - tail
    let new = head..<after.count - tail
    let common = min(old.count, new.count)
    for index in 0..<common {
      try changeElement(elements[head + index], from: before[head + index], to: after[head + index])
    }
    if old.count > common {
      guard after.count > 0 else { throw Refusal() }
      for index in head + common..<old.upperBound {
        text.removeLines(try lines(of: elements[index]))
      }
    }
    if new.count > common {
      try insert(
        Array(after[head + common..<new.upperBound]),
        before: head + common,
        among: elements
      )
    }
  }

  private mutating func changeElement(
    _ element: YAMLNode,
    from old: PlainValue,
    to new: PlainValue
  ) throws(Refusal) {
    let saved = text
    do throws(Refusal) {
      try change(element, from: old, to: new)
    } catch {
      text = saved
      let lines = try lines(of: element)
      let written = YAMLBlockText.lines(of: .list([new]), indent: try dash(of: element))
      text.replace(
        text.start(ofLine: lines.lowerBound)..<text.start(ofLine: lines.upperBound),
        with: written
      )
    }
  }

  private mutating func insert(
    _ values: [PlainValue],
    before index: Int,
    among elements: [YAMLNode]
  ) throws(Refusal) {
    guard let first = elements.first else { throw Refusal() }
    // Behind the one before it, so that comments stay with what follows them.
    let line =
      index > 0 ? try lines(of: elements[index - 1]).upperBound : try lines(of: first).lowerBound
    text.insertLines(
      YAMLBlockText.lines(of: .list(values), indent: try dash(of: first)),
      atLine: line
    )
  }

  /// The blanks before an element's dash, which must be alone before it.
  private func dash(of element: YAMLNode) throws(Refusal) -> Int {
    let start = text.start(ofLine: element.mark.line - 1)
    let prefix = text.text(start..<(try text.offset(of: element.mark))).unicodeScalars
    let blanks = prefix.prefix { $0 == " " }.count
    let rest = prefix.dropFirst(blanks)
    guard rest.first == "-", rest.count > 1, rest.dropFirst().allSatisfy({ $0 == " " }) else {
      throw Refusal()
    }
    return blanks
  }

  private func lines(of element: YAMLNode) throws(Refusal) -> Range<Int> {
    let first = element.mark.line - 1
    return first..<text.endOfBlock(from: first, indent: try dash(of: element) + 1)
  }

  // MARK: Scalars

  private mutating func changeScalar(_ node: YAMLNode, to new: PlainValue) throws(Refusal) {
    let start = try text.offset(of: node.mark)
    let lineEnd = start + text.line(node.mark.line - 1).suffix(from: start).count
    guard let scalar = node.scalar, !scalar.text.isEmpty else { throw Refusal() }
    let quote = text[start]
    if quote == "\"" || quote == "'" {
      guard case .string(let string) = new else { throw Refusal() }
      let end = try endOfQuote(from: start, to: lineEnd)
      text.replace(start..<end, with: JSONText.quoted(string))
      return
    }
    let end = start + scalar.text.unicodeScalars.count
    guard end <= lineEnd, text.text(start..<end) == scalar.text else { throw Refusal() }
    text.replace(start..<end, with: inlineText(of: new))
  }

  /// Without quotes only where that is right between brackets, too.
  private func inlineText(of value: PlainValue) -> String {
    if case .string(let string) = value, string.contains(where: { ",[]{}".contains($0) }) {
      return JSONText.quoted(string)
    }
    return YAMLScalarText.inline(value)
  }

  private func endOfQuote(from start: Int, to lineEnd: Int) throws(Refusal) -> Int {
    let quote = text[start]
    var offset = start + 1
    while offset < lineEnd {
      if quote == "\"", text[offset] == "\\" {
        offset += 2
        continue
      }
      if text[offset] == quote {
        let isDoubled = quote == "'" && offset + 1 < lineEnd && text[offset + 1] == quote
        guard isDoubled else { return offset + 1 }
        offset += 1
      }
      offset += 1
    }
    throw Refusal()
  }
}

extension PlainValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .null, .boolean, .integer, .number, .string: true
    case .list, .object: false
    }
  }
}
