internal import AdminProtos
internal import MeshModel

extension AdminV1.TextCondition {
  init(_ text: TextCondition) {
    self.init()
    switch text {
    case .exact(let text): exact = text
    case .prefix(let text): prefix = text
    case .suffix(let text): suffix = text
    case .contains(let text): contains = text
    case .regex(let text): regex = text
    case .range(let first, let end):
      range.from = first
      range.to = end
    case .present: present = .init()
    case .absent: absent = .init()
    case .not(let other): not = .init(other)
    }
  }
}

extension TextCondition {
  init(_ wire: AdminV1.TextCondition) throws(AdminWireError) {
    self =
      switch try wanted(wire.condition, "TextCondition.condition") {
      case .exact(let text): .exact(text)
      case .prefix(let text): .prefix(text)
      case .suffix(let text): .suffix(text)
      case .contains(let text): .contains(text)
      case .regex(let text): .regex(text)
      case .range(let range): .range(range.from, range.to)
      case .present: .present
      case .absent: .absent
      case .not(let other): .not(try TextCondition(other))
      }
  }
}

extension AdminV1.MatchFailure {
  init(_ reason: MatchFailure) {
    self.init()
    switch reason {
    case .path(let condition, let ignoresCase):
      path.condition = .init(condition)
      path.ignoresCase = ignoresCase
    case .header(let name, let condition, let found):
      header = .init(name, condition, found)
    case .queryParameter(let name, let condition, let found):
      queryParameter = .init(name, condition, found)
    case .fraction(let perMillion): fraction = perMillion
    case .notOnClient(let text): notOnClient = text
    }
  }
}

extension AdminV1.MatchFailure.Field {
  fileprivate init(_ name: String, _ condition: TextCondition, _ value: String?) {
    self.init()
    self.name = name
    self.condition = .init(condition)
    if let value { found = value }
  }
}

extension MatchFailure {
  init(_ wire: AdminV1.MatchFailure) throws(AdminWireError) {
    self =
      switch try wanted(wire.failure, "MatchFailure.failure") {
      case .path(let path):
        .path(try TextCondition(path.condition), ignoresCase: path.ignoresCase)
      case .header(let field):
        .header(field.name, try TextCondition(field.condition), found: field.foundText)
      case .queryParameter(let field):
        .queryParameter(field.name, try TextCondition(field.condition), found: field.foundText)
      case .fraction(let perMillion): .fraction(perMillion)
      case .notOnClient(let text): .notOnClient(text)
      }
  }
}

extension AdminV1.MatchFailure.Field {
  fileprivate var foundText: String? { hasFound ? found : nil }
}
