package import MeshModel
package import MeshPicture
import RuleFiles

/// `weir edit`: an object's YAML in an editor, again until it can be applied or is given up.
package struct EditVerb: Sendable {
  /// Lets somebody edit a text, and returns what they made of it.
  package typealias Editor = @Sendable (String) async throws -> String

  private static let mark = "#"

  package var key: MeshObjectKey
  package var ticket: ChangeTicket

  package init(key: MeshObjectKey, ticket: ChangeTicket) {
    self.key = key
    self.ticket = ticket
  }

  /// - Returns: `conditionFalse` where somebody else changed the object meanwhile.
  /// - Throws: ``VerbError`` where there is no such object; what the editor throws; `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput,
    editor: Editor
  ) async throws -> VerbStatus {
    let start = try await engine.revision(nil)
    guard let original = start.rules.objects.first(where: { $0.key == key }) else {
      throw VerbError(.conditionFalse, "there is no \(key.kind.rawValue) \(key.name)")
    }
    let yaml = RuleWriter.yaml([original])
    var comments = ["Edit the object; an empty file or one without a change ends without one."]
    var text = yaml
    while true {
      let edited = Self.body(try await editor(Self.commented(comments) + text))
      if edited.isBlank || edited == Self.body(yaml) {
        output.say("nothing was changed")
        return .done
      }
      guard edited != Self.body(text) || comments.count == 1 else {
        // The same mistakes again: whoever closes the editor on them gives up.
        output.say("nothing was changed, since the mistakes are still there")
        return .inputInvalid
      }
      text = edited
      switch try await attempt(text, upon: start, original, engine, output) {
      case .ended(let status): return status
      case .mistakes(let findings): comments = ["It can't be applied so:"] + Self.lines(findings)
      }
    }
  }

  private enum Attempt {
    case ended(VerbStatus)
    /// As sentences, or with places in the text.
    case mistakes([PlacedFinding])
  }

  private func attempt(
    _ text: String,
    upon start: Revision,
    _ original: MeshObject,
    _ engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> Attempt {
    let input = RuleInput(MeshFiles([RuleFileReader.read(text: text, file: "edited")]))
    if input.hasReadingErrors { return .mistakes(input.readingFindings) }
    guard input.objects.map(\.key) == [key] else {
      return .mistakes([.mistake("want this one object, \(key); for others there is weir apply")])
    }
    do {
      let receipt = try await apply(input.objects, upon: start, original, engine)
      input.relevant(receipt.findings).flatMap(\.lines).forEach(output.say)
      try await output.write(receipt.lines(isTrial: false))
      return .ended(.done)
    } catch let error as EngineError where error.code == .refused {
      let findings = input.placed(error.findings)
      return .mistakes(findings.isEmpty ? [.mistake(error.message)] : findings)
    } catch let error as EngineError where error.code == .conflict {
      error.lines.forEach(output.say)
      output.say("your edit was:\n\(text)")
      return .ended(.conditionFalse)
    }
  }

  /// Upon the revision that was edited; where only other objects changed since, upon the newest.
  private func apply(
    _ objects: [MeshObject],
    upon start: Revision,
    _ original: MeshObject,
    _ engine: any EngineOperations
  ) async throws -> ChangeReceipt {
    var ticket = ticket
    ticket.expected = start.number
    while true {
      do {
        return try await engine.change(ticket.change(.edit(.applyObjects(objects))))
      } catch let error as EngineError where error.code == .conflict {
        let newest = try await engine.revision(nil)
        guard newest.rules.objects.first(where: { $0.key == key }) == original,
          newest.number != ticket.expected
        else { throw error }
        ticket.expected = newest.number
      }
    }
  }

  /// What is wrong, with the lines as they are numbered below these comments.
  private static func lines(_ findings: [PlacedFinding]) -> [String] {
    let count = 1 + findings.reduce(0) { $0 + $1.lines.count }
    return findings.flatMap { finding in
      var finding = finding
      finding.place?.line += count
      return finding.lines
    }
  }

  private static func commented(_ lines: [String]) -> String {
    lines.flatMap { $0.split(separator: "\n") }.map { "\(mark) \($0)\n" }.joined()
  }

  /// The text without the comments at its top.
  private static func body(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0.hasPrefix(mark) }.joined(separator: "\n")
  }
}

extension PlacedFinding {
  /// One that stands nowhere in the text.
  fileprivate static func mistake(_ message: String) -> PlacedFinding {
    PlacedFinding(Finding(.error, .objectNotFound, message), in: [])
  }
}

extension String {
  fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
