import MeshModel

/// Reads Istio's objects from YAML or JSON: VirtualService, DestinationRule, ServiceEntry and
/// WorkloadEntry of `networking.istio.io/v1`, `v1beta1` and `v1alpha3`.
///
/// A text may have several documents, and a document may be a `List`. Unknown fields are errors, as
/// with `kubectl apply --validate=strict`; fields that Istio has and Weir doesn't apply are
/// warnings, checked for their shape. Reading never fails: what can't be read is in
/// ``MeshFile/findings``, all of it, with its places.
package enum RuleFileReader {
  /// The most bytes that are read of a file.
  package static let sizeLimit = 16 << 20

  /// Reads a file's content, which should be UTF-8; the findings call it `file`.
  package static func read(_ bytes: [UInt8], file: String) -> MeshFile {
    let yaml = YAMLReader(bytes)
    var reader = DocumentReader(file: file)
    for document in yaml.documents { reader.read(document) }
    let problems = yaml.problems.map { problem in
      FileFinding(
        .error,
        problem.code,
        at: SourcePlace(file: file, mark: problem.mark),
        problem.message,
        suggestion: problem.suggestion
      )
    }
    return MeshFile(
      name: file,
      documents: reader.documents,
      findings: (problems + reader.findings).sortedByPlace
    )
  }

  package static func read(text: String, file: String) -> MeshFile {
    read(Array(text.utf8), file: file)
  }
}

extension [FileFinding] {
  /// By file, line and column; those of one place in the order they have, without repetitions.
  var sortedByPlace: [FileFinding] {
    var seen: Set<FileFinding> = []
    let sorted = enumerated().sorted { left, right in
      (left.element.place, left.offset) < (right.element.place, right.offset)
    }
    return sorted.map(\.element).filter { seen.insert($0).inserted }
  }
}
