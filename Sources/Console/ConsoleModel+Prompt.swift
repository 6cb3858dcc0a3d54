import MeshModel
import MeshPicture
import TerminalUI

extension ConsoleModel {
  /// Takes a key while a text field is open.
  mutating func type(_ key: Key) -> [ConsoleEffect] {
    guard var prompt else { return [] }
    switch key {
    case .escape: return leave(prompt)
    case .enter: return submit(prompt)
    default:
      let before = prompt.field.text
      guard prompt.field.handle(key) else { return [] }
      self.prompt = prompt
      guard case .callFilter = prompt.purpose, prompt.field.text != before else { return [] }
      return filterCalls(prompt.field.text)
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
      let edit = try edit(for: prompt)
      self.prompt = nil
      sentPrompt = prompt
      return apply(edit, nextRule: prompt.newRule).map { [$0] } ?? []
    } catch {
      self.prompt?.field.error = error.message
      return []
    }
  }

  /// What a prompt asks for; an error where its text is wrong or its rule is no longer there.
  private func edit(for prompt: Prompt) throws(MeshConfigError) -> RuleEdit? {
    let text = prompt.field.text
    switch prompt.purpose {
    case .callFilter: return nil
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
    case .firstRule(var rules, var virtualService):
      for index in virtualService.http.indices {
        virtualService.http[index].matches = try HTTPMatch.parse(text)
      }
      rules.virtualServices.append(virtualService)
      return .replaceRules(rules, title: "first rule of \(virtualService.name.name)")
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
