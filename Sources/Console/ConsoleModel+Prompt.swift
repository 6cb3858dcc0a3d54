import MeshModel
import MeshPicture
import TerminalUI

extension ConsoleModel {
  /// Takes a key while a text field is open.
  mutating func type(_ key: Key) -> [ConsoleEffect] {
    guard var prompt else { return [] }
    switch key {
    case .escape:
      draft = nil
      return leave(prompt)
    case .enter: return submit(prompt)
    default:
      let before = prompt.field.text
      guard prompt.field.handle(key) else { return [] }
      self.prompt = prompt
      return prompt.field.text == before ? [] : typed()
    }
  }

  /// What the engine has to hear of a text that is being typed.
  mutating func typed() -> [ConsoleEffect] {
    guard let prompt else { return [] }
    switch prompt.purpose {
    case .callFilter: return filterCalls(prompt.field.text)
    case .explain: return []
    case .matches, .insert, .firstRule, .weights: return checkDraft()
    }
  }

  mutating func filterCalls(_ text: String) -> [ConsoleEffect] {
    callFilter = text
    return [.setCallFilter(text)]
  }

  private mutating func leave(_ prompt: Prompt) -> [ConsoleEffect] {
    self.prompt = nil
    guard case .callFilter = prompt.purpose, !callFilter.isEmpty else { return [] }
    return filterCalls("")
  }

  private mutating func submit(_ prompt: Prompt) -> [ConsoleEffect] {
    if case .callFilter = prompt.purpose {
      self.prompt = nil
      return []
    }
    do throws(MeshConfigError) {
      if case .explain = prompt.purpose { return try explain(prompt.field.text) }
      let edit = try edit(for: prompt)
      self.prompt = nil
      draft = nil
      sentPrompt = prompt
      return apply(edit, nextRule: prompt.newRule).map { [$0] } ?? []
    } catch {
      self.prompt?.field.error = error.message
      return []
    }
  }

  private mutating func explain(_ text: String) throws(MeshConfigError) -> [ConsoleEffect] {
    let request = try ExplainInput.parse(text, authority: authority)
    prompt = nil
    explained = text
    return read("What becomes of this call", .explain(request))
  }

  /// What a prompt asks for; an error where its text is wrong or its rule is no longer there.
  func edit(for prompt: Prompt) throws(MeshConfigError) -> RuleEdit? {
    let text = prompt.field.text
    switch prompt.purpose {
    case .callFilter, .explain: return nil
    case .matches(let address, let original):
      let matches = try HTTPMatch.parse(text)
      guard try route(at: address).matches == original else {
        throw MeshConfigError(
          .ruleNotFound,
          "rule \(address.index + 1) has changed meanwhile; Esc, and look again"
        )
      }
      return matches == original ? nil : .setMatches(address, matches)
    case .insert(let address, let destinations):
      let matches = try HTTPMatch.parse(text)
      return .insertRule(address, HTTPRoute(matches: matches, destinations: destinations))
    case .firstRule(var virtualService):
      for index in virtualService.http.indices {
        virtualService.http[index].matches = try HTTPMatch.parse(text)
      }
      return .applyObjects([.virtualService(virtualService)])
    case .weights(let address, let destination, _):
      let weights = try route(at: address).parseWeights(text, destination: destination)
      return .setWeights(address, weights)
    }
  }

  private func route(at address: RuleAddress) throws(MeshConfigError) -> HTTPRoute {
    guard service?.virtualService == address.virtualService,
      rules.indices.contains(address.index)
    else {
      throw MeshConfigError(.ruleNotFound, "rule \(address.index + 1) is no longer there")
    }
    return rules[address.index].route
  }
}
