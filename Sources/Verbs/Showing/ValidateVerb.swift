import MeshModel
package import MeshPicture

/// `weir validate`: says what is wrong with files, with or without an engine.
package struct ValidateVerb: Sendable {
  package var input: RuleInput
  package var isJSON: Bool

  package init(input: RuleInput, isJSON: Bool = false) {
    self.input = input
    self.isJSON = isJSON
  }

  /// - Parameters:
  ///   - engine: Whose rules the files would join; nil to look at the files alone.
  ///   - output: Gets the findings, as data.
  /// - Returns: `inputInvalid` where there is an error.
  /// - Throws: `EngineError`.
  package func run(
    on engine: (any EngineOperations)?,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    var findings = input.readingFindings
    var revision: UInt64?
    if !input.hasReadingErrors {
      if let engine {
        let preview = try await preview(engine)
        revision = preview.revision
        findings += input.relevant(preview.findings)
      } else {
        findings += input.checkFindings
      }
    }
    findings = findings.inOrder
    let isValid = !findings.contains { $0.severity == .error }
    if isJSON {
      let body = ValidateReport(
        isValid: isValid,
        objects: input.documents.count,
        findings: findings
      )
      let report = JSONReport(revision: revision, time: output.now(), body: body)
      try await output.write(try report.text)
    } else {
      try await output.write(findings.flatMap(\.lines))
      let objects = counted(input.documents.count, "object")
      output.say(isValid ? "\(objects) can be applied" : "the files can't be applied")
    }
    return isValid ? .done : .inputInvalid
  }

  private func preview(
    _ engine: any EngineOperations
  ) async throws -> (revision: UInt64, findings: [Finding]) {
    let change = RuleChange(.edit(.applyObjects(input.objects)), cause: "validate")
    do {
      let receipt = try await engine.check(change).receipt
      return (receipt.revision, receipt.findings)
    } catch let error as EngineError where error.code == .refused && !error.findings.isEmpty {
      return (try await engine.identity().revision, error.findings)
    }
  }
}

private struct ValidateReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case isValid = "valid"
    case objects, findings
  }

  var isValid: Bool
  /// Objects that could be read.
  var objects: Int
  var findings: [PlacedFinding]
}

extension [PlacedFinding] {
  /// By place; those without one come last, in the order that they have.
  fileprivate var inOrder: [PlacedFinding] {
    enumerated().sorted { left, right in
      switch (left.element.place, right.element.place) {
      case (let first?, let second?): (first, left.offset) < (second, right.offset)
      case (nil, nil): left.offset < right.offset
      case (let first, _): first != nil
      }
    }.map(\.element)
  }
}
