package import MeshModel

/// Writes changed objects into the text of the file that they came from.
///
/// Documents that didn't change stay byte for byte, with their comments. Of one that did, only what
/// changed is written anew where its layout allows: a value in its place, a field or an element of a
/// list by itself; else the whole document. What other kinds the file holds stays as well.
package enum FileEdit {
  /// The file's text after a change.
  ///
  /// - Parameters:
  ///   - text: What the file says now; it must read without errors.
  ///   - objects: Each is put in the place of the file's object of its kind and name, or in a document
  ///     of its own at the end.
  ///   - deleted: Objects whose documents go; those that the file doesn't have are passed over.
  ///   - file: What the file is called in errors.
  /// - Returns: The new text; the same one where nothing changes.
  /// - Throws: ``RuleReadingError`` where the text has errors, or is of a layout that can't be
  ///   changed; then it should be edited by hand.
  package static func text(
    _ text: String,
    putting objects: [MeshObject],
    deleting deleted: [MeshObjectKey] = [],
    file: String
  ) throws(RuleReadingError) -> String {
    let old = RuleFileReader.read(text: text, file: file)
    let errors = old.findings.filter { $0.severity == .error }
    guard errors.isEmpty else { throw RuleReadingError(errors.map(\.description)) }
    var result = text
    var wanted = old.documents.map(\.object)
    for key in deleted {
      guard let index = wanted.firstIndex(where: { $0.key == key }) else { continue }
      wanted.remove(at: index)
      result = try removing(index, from: result, wanted, file)
    }
    for object in objects {
      if let index = wanted.firstIndex(where: { $0.key == object.key }) {
        if wanted[index] == object { continue }
        wanted[index] = object
        result = try changing(index, in: result, wanted, file)
      } else {
        wanted.append(object)
        result = try appending(object, to: result, wanted, file)
      }
    }
    return result
  }

  // MARK: Kinds of changes

  private static func changing(
    _ index: Int,
    in text: String,
    _ wanted: [MeshObject],
    _ file: String
  ) throws(RuleReadingError) -> String {
    let document = RuleFileReader.read(text: text, file: file).documents[index]
    let (before, after) = (PlainValue(document.object), PlainValue(wanted[index]))
    var edit = DocumentEdit(EditableText(text))
    do throws(EditableText.Refusal) {
      try edit.change(document.source.root, from: before, to: after)
      let result = try edit.text.changed()
      if says(wanted, result, file) { return result }
    } catch {
      // The whole document, then.
    }
    return try rewriting(document, as: after, in: text, wanted, file)
  }

  private static func rewriting(
    _ document: MeshDocument,
    as value: PlainValue,
    in text: String,
    _ wanted: [MeshObject],
    _ file: String
  ) throws(RuleReadingError) -> String {
    if JSONReader.isLikely(text.utf8), wanted.count == 1 {
      let result = JSONText.text(of: value) + "\n"
      if says(wanted, result, file) { return result }
    }
    var editable = EditableText(text)
    let lines = lines(of: document, in: editable)
    let indent = document.source.root.mark.column - 1
    let written = YAMLBlockText.lines(of: value, indent: indent).dropFirst(indent)
    let start = editable.start(ofLine: lines.lowerBound) + indent
    editable.replace(start..<editable.start(ofLine: lines.upperBound), with: String(written))
    return try checked(editable, wanted, file, document.source.start)
  }

  private static func removing(
    _ index: Int,
    from text: String,
    _ wanted: [MeshObject],
    _ file: String
  ) throws(RuleReadingError) -> String {
    let document = RuleFileReader.read(text: text, file: file).documents[index]
    var editable = EditableText(text)
    var lines = lines(of: document, in: editable)
    // Its own `---` goes with it.
    if lines.lowerBound > 0, editable.line(lines.lowerBound - 1).elementsEqual("---".unicodeScalars)
    {
      lines = lines.lowerBound - 1..<lines.upperBound
    }
    editable.removeLines(lines)
    return try checked(editable, wanted, file, document.source.start)
  }

  private static func appending(
    _ object: MeshObject,
    to text: String,
    _ wanted: [MeshObject],
    _ file: String
  ) throws(RuleReadingError) -> String {
    let hasContent = text.contains { !$0.isWhitespace }
    let end = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
    let result = text + end + (hasContent ? "---\n" : "") + RuleWriter.yaml([object])
    guard says(wanted, result, file) else { throw refused(SourcePlace(file: file)) }
    return result
  }

  // MARK: Helpers

  private static func lines(of document: MeshDocument, in text: EditableText) -> Range<Int> {
    let mark = document.source.root.mark
    return mark.line - 1..<text.endOfBlock(from: mark.line - 1, indent: mark.column - 1)
  }

  private static func checked(
    _ text: EditableText,
    _ wanted: [MeshObject],
    _ file: String,
    _ place: SourcePlace
  ) throws(RuleReadingError) -> String {
    guard let result = try? text.changed(), says(wanted, result, file) else { throw refused(place) }
    return result
  }

  /// Whether a text reads as what is wanted, and without errors.
  private static func says(_ wanted: [MeshObject], _ text: String, _ file: String) -> Bool {
    let read = RuleFileReader.read(text: text, file: file)
    return !read.findings.contains { $0.severity == .error }
      && read.documents.map(\.object) == wanted
  }

  private static func refused(_ place: SourcePlace) -> RuleReadingError {
    RuleReadingError(["\(place): this document's layout can't be kept; want it edited by hand"])
  }
}
