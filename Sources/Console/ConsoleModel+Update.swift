import MeshModel
import MeshPicture
import TerminalUI

extension ConsoleModel {
  /// Takes one message in and says what is to be done; it never fails.
  package mutating func update(_ message: ConsoleMessage) -> [ConsoleEffect] {
    var effects: [ConsoleEffect] = []
    switch message {
    case .key(let key):
      forgetSentences()
      effects = press(key)
    case .paste(let text):
      forgetSentences()
      effects = paste(text)
    case .resized(let size):
      self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
    case .picture(let picture): take(picture)
    case .engineGone(let sentence): loseEngine(sentence)
    case .answer(let answer, let question): take(answer, to: question)
    case .actionFailed(let sentence): refuse(sentence)
    case .notice(let sentence): notice = Notice(text: sentence, isProblem: false)
    }
    settle()
    return effects
  }

  /// What was said stays on the screen until the operator does something.
  private mutating func forgetSentences() {
    notice = nil
    refusal = nil
    sentPrompt = nil
  }

  private mutating func press(_ key: Key) -> [ConsoleEffect] {
    if key == .control("c") { return [.quit] }
    if key == .control("l") { return [.redraw] }
    if overlay != nil { return answer(key) }
    if prompt != nil { return type(key) }
    return act(on: key)
  }

  private mutating func act(on key: Key) -> [ConsoleEffect] {
    guard let action = ConsoleAction.action(for: key, in: focus) else {
      notice = Notice(text: ConsoleAction.whyNothing(for: key, in: focus), isProblem: false)
      return []
    }
    if let reason = action.blocker(self) {
      notice = Notice(text: "\(action.title): \(reason)", isProblem: true)
      return []
    }
    return action.perform(&self)
  }

  /// Says once that the engine is gone; looking for it fails many times.
  private mutating func loseEngine(_ sentence: String) {
    if !isEngineGone { notice = Notice(text: sentence, isProblem: true) }
    isEngineGone = true
  }

  private mutating func take(_ picture: MeshPicture) {
    if isEngineGone {
      isEngineGone = false
      notice = Notice(
        text: "the engine is back, at rev \(picture.revision.number)",
        isProblem: false
      )
    }
    countNewEvents(in: picture)
    if let outstanding, picture.revision.number != outstanding.revision {
      if let rule = outstanding.nextRule { rulesCursor = RulesCursor(rule: rule) }
      self.outstanding = nil
    }
    self.picture = picture
    if outstanding?.walkthroughStep == nil {
      lastWalkthroughStep = walkthroughStep(of: picture) ?? lastWalkthroughStep
    }
  }

  /// An answer that nobody waits for any more is let go.
  private mutating func take(_ answer: EngineAnswer, to question: EngineQuestion) {
    switch (question, answer) {
    case (.check(let edit), .findings(let findings)):
      if draft?.edit == edit { draft?.findings = findings }
    case (.check, _): break
    case (.history, _):
      guard case .history(var list) = overlay else { return }
      switch answer {
      case .history(let revisions): list.revisions = revisions
      case .failed(let reason): list.failure = reason
      case .explanation, .findings, .text: return
      }
      overlay = .history(list)
    case (.explain, _), (.objects, _), (.difference, _):
      guard case .document(var document) = overlay, document.question == question else { return }
      document.take(answer)
      overlay = .document(document)
    }
  }

  /// Says why an edit was refused, and gives the operator the text back that it came from.
  private mutating func refuse(_ sentence: String) {
    refusal = sentence
    outstanding = nil
    guard prompt == nil, overlay == nil, var sent = sentPrompt else { return }
    sent.field.error = sentence
    prompt = sent
    sentPrompt = nil
  }

  /// While older events are looked at, new ones must not push them away.
  private mutating func countNewEvents(in picture: MeshPicture) {
    guard eventsBelow > 0, !isFrozen, let last = self.picture?.events.last else { return }
    let place = picture.events.lastIndex(of: last) ?? 0
    eventsBelow += picture.events.count - 1 - place
  }

  /// Mends what no longer fits the picture or the size.
  private mutating func settle() {
    if layout.rect(of: focus) == nil { slot = focus }
    rulesCursor.rule = max(0, min(rulesCursor.rule, rules.count - 1))
    let destinations = selectedRule?.route.destinations.count ?? 0
    rulesCursor.destination = max(0, min(rulesCursor.destination, destinations - 1))
    eventsBelow = max(0, min(eventsBelow, (shown?.events.count ?? 0) - 1))
    if let prompt, layout.rect(of: prompt.pane) == nil { focus(on: prompt.pane) }
    closeStaleQuestion()
    if case .services(let marked) = overlay {
      overlay = services.isEmpty ? nil : .services(marked: min(marked, services.count - 1))
    }
    settleHeights()
    if let rect = layout.rect(of: .rules) {
      let rows = rect.inner.size.rows
      scroll[.rules] = content(of: .rules, size: rect.inner.size).firstLine(in: rows)
    }
  }

  /// A question about a rule that meanwhile is another one must not be answered.
  private mutating func closeStaleQuestion() {
    guard case .delete(let question) = overlay else { return }
    let index = question.address.index
    if service?.virtualService == question.address.virtualService, rules.indices.contains(index),
      rules[index].route == question.route
    {
      return
    }
    overlay = nil
    notice = Notice(text: "rule \(index + 1) has changed meanwhile", isProblem: true)
  }

  mutating func focus(on pane: Pane) {
    focus = pane
    if layout.rect(of: pane) == nil { slot = pane }
  }
}
