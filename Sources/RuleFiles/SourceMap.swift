/// Where the parts of an object stand in its file.
package struct SourceMap: Hashable, Sendable {
  package let file: String
  let root: YAMLNode

  init(file: String, root: YAMLNode) {
    self.file = file
    self.root = root
  }

  /// Where the object begins.
  package var start: SourcePlace { SourcePlace(file: file, mark: root.mark) }

  /// The place of a part, such as `spec.http[0].route[1].weight` or
  /// `spec.subsets[0].labels[app.kubernetes.io/name]`.
  ///
  /// Where the file doesn't have it, the place of the nearest part around it that is there.
  package func place(of path: String) -> SourcePlace {
    var node = root
    var mark = root.mark
    var rest = path[...]
    while !rest.isEmpty {
      if rest.first == "." { rest = rest.dropFirst() }
      guard let step = node.step(along: rest) else { break }
      (node, mark, rest) = step
    }
    return SourcePlace(file: file, mark: mark)
  }
}

extension YAMLNode {
  /// The part that a path leads to first, where to look at it, and the rest of the path.
  fileprivate func step(along path: Substring) -> (YAMLNode, Mark, Substring)? {
    if path.first == "[", let end = path.firstIndex(of: "]") {
      let text = path[..<end].dropFirst()
      let rest = path[path.index(after: end)...]
      if case .list(let elements) = content {
        guard let index = Int(text), elements.indices.contains(index) else { return nil }
        return (elements[index], elements[index].mark, rest)
      }
      guard let field = fields.first(where: { $0.name == text }) else { return nil }
      return (field.value, field.placeMark, rest)
    }
    // Names may have dots and brackets in them: the longest that fits is meant.
    let named = fields.filter { field in
      path.hasPrefix(field.name)
        && [nil, ".", "["].contains(path.dropFirst(field.name.count).first)
    }
    guard let field = named.max(by: { $0.name.count < $1.name.count }) else { return nil }
    return (field.value, field.placeMark, path.dropFirst(field.name.count))
  }
}

extension YAMLField {
  /// A scalar is a finding's object itself; of anything else its name is what to look at.
  fileprivate var placeMark: YAMLNode.Mark {
    value.scalar == nil || value.isNull ? mark : value.mark
  }
}
