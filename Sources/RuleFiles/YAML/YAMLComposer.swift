import Yams

/// Parses a chunk and turns what comes of it into nodes of our own.
///
/// The parser would unfold aliases without bound, and hash what they unfold to. So it never sees one:
/// every `*` of the text is another character for it, and aliases are resolved here.
struct YAMLComposer {
  /// Nodes that aliases may unfold to, beyond what the text itself can have.
  private static let aliasAllowance = 100_000
  /// Beyond this, a document is refused rather than the thread's stack risked.
  private static let depthLimit = 200

  private(set) var documents: [YAMLNode] = []
  private(set) var problems: [YAMLProblem] = []

  private let offset: Int
  private let star: Unicode.Scalar?
  private var anchors: [String: YAMLNode] = [:]
  private var nodesLeft: Int
  private var isTooComplex = false

  init(_ chunk: YAMLText.Chunk) throws {
    offset = chunk.offset
    let (text, star) = YAMLComposer.hidingStars(in: chunk.text)
    self.star = star
    nodesLeft = 2 * text.utf8.count + YAMLComposer.aliasAllowance
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    while let root = try parser.nextRoot() {
      anchors = [:]
      isTooComplex = false
      let before = problems.count
      let node = convert(root, depth: 0)
      guard isTooComplex else {
        documents.append(node)
        continue
      }
      // What else was found hangs together with what unfolded to too much.
      problems = problems[..<before] + problems[before...].filter { $0.code == .tooComplex }
    }
    // The nodes know their anchors only as long as the parser is there.
    withExtendedLifetime(parser) {}
  }

  // MARK: Stars

  /// Replaces each `*` by a character that the text doesn't have; nil where it has no `*`.
  static func hidingStars(in text: String) -> (String, Unicode.Scalar?) {
    guard text.utf8.contains(UInt8(ascii: "*")) else { return (text, nil) }
    let privateUse = (UInt32(0xe000)...0xf8ff).lazy.compactMap(Unicode.Scalar.init)
    let present = Set(text.unicodeScalars.lazy.filter { (0xe000...0xf8ff).contains($0.value) })
    guard let star = privateUse.first(where: { !present.contains($0) }) else { return (text, nil) }
    return (replacing("*", by: star, in: text), star)
  }

  private static func replacing(
    _ old: Unicode.Scalar,
    by new: Unicode.Scalar,
    in text: String
  ) -> String {
    var result = String.UnicodeScalarView()
    result.append(contentsOf: text.unicodeScalars.lazy.map { $0 == old ? new : $0 })
    return String(result)
  }

  private func restoring(_ text: String) -> String {
    YAMLComposer.restoring(text, star)
  }

  /// Gives a text of the parser its `*` back.
  static func restoring(_ text: String, _ star: Unicode.Scalar?) -> String {
    guard let star, text.unicodeScalars.contains(star) else { return text }
    return replacing(star, by: "*", in: text)
  }

  // MARK: Nodes

  private mutating func convert(_ node: Node, depth: Int) -> YAMLNode {
    let mark = mark(node.mark)
    nodesLeft -= 1
    guard nodesLeft > 0, depth < YAMLComposer.depthLimit else {
      return tooComplex(at: mark)
    }
    var result = YAMLNode(content: .broken, mark: mark)
    switch node {
    case .scalar(let scalar):
      if let name = aliasName(scalar) { return resolve(name, at: mark) }
      result.content = .scalar(self.scalar(scalar))
    case .sequence(let sequence):
      result.content = .list(sequence.map { convert($0, depth: depth + 1) })
    case .mapping(let mapping):
      let fields = mapping.compactMap { field($0.key, $0.value, depth: depth) }
      // Without a field that can't be, what is said of the others would mislead.
      if fields.count == mapping.count { result.content = .object(fields) }
    case .alias:
      problems.append(YAMLProblem(.syntax, at: mark, "found an alias that can't be read"))
    }
    if let anchor = node.anchor { anchors[anchor.rawValue] = result }
    return result
  }

  private mutating func field(_ key: Node, _ value: Node, depth: Int) -> YAMLField? {
    let keyNode = convert(key, depth: depth + 1)
    let valueNode = convert(value, depth: depth + 1)
    guard !isTooComplex else { return nil }
    guard let name = keyNode.scalar?.text else {
      let isTemplate = if case .object = keyNode.content { true } else { false }
      let hint = isTemplate ? "; a template's {{ }} must be filled in first" : "; want a string"
      let message = "found \(keyNode.description) as a field's name\(hint)"
      problems.append(YAMLProblem(.typeWrong, at: keyNode.mark, message))
      return nil
    }
    if name == "<<", key.scalar?.style == .plain {
      problems.append(
        YAMLProblem(.syntax, at: keyNode.mark, "found a merge key, <<; want the fields themselves")
      )
      return nil
    }
    return YAMLField(name: name, mark: keyNode.mark, value: valueNode)
  }

  private func scalar(_ scalar: Node.Scalar) -> YAMLScalar {
    let isTagged = scalar.tag == Tag(.str)
    return YAMLScalar(restoring(scalar.string), isPlain: scalar.style == .plain && !isTagged)
  }

  private func mark(_ mark: Mark?) -> YAMLNode.Mark {
    YAMLNode.Mark(line: (mark?.line ?? 1) + offset, column: mark?.column ?? 1)
  }

  // MARK: Aliases

  /// What follows the `*` of an unquoted text that begins with one.
  private func aliasName(_ scalar: Node.Scalar) -> String? {
    guard scalar.style == .plain, let star, scalar.string.unicodeScalars.first == star else {
      return nil
    }
    return String(restoring(scalar.string).dropFirst())
  }

  private mutating func resolve(_ name: String, at mark: YAMLNode.Mark) -> YAMLNode {
    guard let target = anchors[name] else {
      let shown = ShownText.short("*\(name)")
      let isName =
        !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) }
      problems.append(
        isName
          ? YAMLProblem(
            .aliasUndefined,
            at: mark,
            "found the alias \(shown); want an anchor before it"
          )
          : YAMLProblem(
            .syntax,
            at: mark,
            "found \(shown), which YAML takes for an alias; want quotes",
            suggestion: "\"\(shown)\""
          )
      )
      return YAMLNode(content: .broken, mark: mark)
    }
    guard spend(on: target) else { return tooComplex(at: mark) }
    return target
  }

  /// Counts an alias's nodes; false where there are too many.
  private mutating func spend(on node: YAMLNode) -> Bool {
    nodesLeft -= 1
    guard nodesLeft > 0 else { return false }
    for element in node.elements {
      guard spend(on: element) else { return false }
    }
    for field in node.fields {
      guard spend(on: field.value) else { return false }
    }
    return true
  }

  private mutating func tooComplex(at mark: YAMLNode.Mark) -> YAMLNode {
    if !isTooComplex {
      let message = "found more than is read: nested too deep, or aliases that unfold to too much"
      problems.append(YAMLProblem(.tooComplex, at: mark, message))
      isTooComplex = true
    }
    return YAMLNode(content: .broken, mark: mark)
  }
}
