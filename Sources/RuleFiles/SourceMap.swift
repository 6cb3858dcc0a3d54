/// Where the parts of an object stand in its file.
package struct SourceMap: Hashable, Sendable {
  package let file: String
  private let root: YAMLNode

  init(file: String, root: YAMLNode) {
    self.file = file
    self.root = root
  }

  /// Where the object begins.
  package var start: SourcePlace { SourcePlace(file: file, mark: root.mark) }

  /// The place of a part, such as `spec.http[0].route[1].weight`.
  ///
  /// Where the file doesn't have it, the place of the nearest part around it that is there. Names
  /// with dots or brackets in them, as labels may have, can't be told apart: they lead to the object
  /// that they stand in.
  package func place(of path: String) -> SourcePlace {
    var node = root
    var mark = root.mark
    for step in path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
      if step.hasSuffix("]"), let index = Int(step.dropLast()) {
        guard node.elements.indices.contains(index) else { break }
        node = node.elements[index]
        mark = node.mark
      } else {
        guard let field = node.fields.first(where: { $0.name == step }) else { break }
        node = field.value
        // A scalar is the finding's object itself; of anything else its name is what to look at.
        mark = node.scalar == nil ? field.mark : node.mark
      }
    }
    return SourcePlace(file: file, mark: mark)
  }
}
