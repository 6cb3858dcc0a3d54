/// A place in a file.
package struct SourcePlace: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// As it was named by who read it.
  package var file: String
  /// From 1; 0 where the whole file is meant.
  package var line: Int
  /// From 1, counted in Unicode scalars; 0 where the whole file is meant.
  package var column: Int

  package init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }

  package static func < (left: SourcePlace, right: SourcePlace) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }

  /// `mesh.yaml:12:5`, or the file alone.
  package var description: String {
    line == 0 ? file : "\(file):\(line):\(column)"
  }
}
