package import MeshModel

/// Reads objects that ``RuleWriter/json(_:)`` wrote, or somebody else in the same form.
///
/// It is as strict as ``RuleFileReader``; what that one only warns of is passed over.
package enum RuleReader {
  /// Reads one object.
  ///
  /// - Throws: ``RuleReadingError`` where it is none, or more than one.
  package static func object(json: String) throws(RuleReadingError) -> MeshObject {
    let objects = try objects(json: json)
    guard let object = objects.first, objects.count == 1 else {
      throw RuleReadingError(["found \(objects.count) objects; want one"])
    }
    return object
  }

  /// Reads an object, or the objects of a `List`, in its order.
  ///
  /// - Throws: ``RuleReadingError`` with everything that is wrong with the text.
  package static func objects(json: String) throws(RuleReadingError) -> [MeshObject] {
    let file = RuleFileReader.read(text: json, file: "")
    let errors = file.findings.filter { $0.severity == .error }
    guard errors.isEmpty else { throw RuleReadingError(errors.map(\.lineText)) }
    return file.documents.map(\.object)
  }
}

/// Why a text holds no objects.
package struct RuleReadingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence each, with line and column.
  package let problems: [String]

  init(_ problems: [String]) {
    self.problems = problems
  }

  package var description: String { problems.joined(separator: "; ") }
}

extension FileFinding {
  fileprivate var lineText: String {
    place.line == 0 ? text : "\(place.line):\(place.column): \(text)"
  }
}
