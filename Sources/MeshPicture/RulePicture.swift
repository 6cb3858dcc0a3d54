package import MeshModel

/// One rule and its observed split.
///
/// A copy costs no more than a reference, since there may be thousands of rules in each picture and
/// most are as they were in the one before.
package struct RulePicture: Hashable, Sendable {
  /// What clients of a profile can't do of the rule.
  package struct Note: Hashable, Sendable {
    /// `grpc`, `envoy` or `dubbo`.
    package var profile: String
    /// How many such clients are connected.
    package var clients: Int
    /// One sentence: `not on this client: …`.
    package var message: String

    package init(profile: String, clients: Int, message: String) {
      self.profile = profile
      self.clients = clients
      self.message = message
    }
  }

  private struct Content: Hashable, Sendable {
    var route: HTTPRoute
    var findings: [Finding]
    var notes: [Note]
    var ratio: RatioPicture
  }

  private final class Storage: Sendable {
    let content: Content

    init(_ content: Content) {
      self.content = content
    }
  }

  private var storage: Storage

  package init(
    route: HTTPRoute,
    findings: [Finding] = [],
    notes: [Note] = [],
    ratio: RatioPicture
  ) {
    let content = Content(route: route, findings: findings, notes: notes, ratio: ratio)
    storage = Storage(content)
  }

  package var route: HTTPRoute {
    get { storage.content.route }
    set { change { $0.route = newValue } }
  }

  /// What the checks say of this rule; a rule that can never match has `ruleUnreachable`.
  package var findings: [Finding] {
    get { storage.content.findings }
    set { change { $0.findings = newValue } }
  }

  /// What clients that are connected can't do of it.
  package var notes: [Note] {
    get { storage.content.notes }
    set { change { $0.notes = newValue } }
  }

  package var ratio: RatioPicture {
    get { storage.content.ratio }
    set { change { $0.ratio = newValue } }
  }

  private mutating func change(_ body: (inout Content) -> Void) {
    var content = storage.content
    body(&content)
    storage = Storage(content)
  }

  package static func == (left: RulePicture, right: RulePicture) -> Bool {
    left.storage === right.storage || left.storage.content == right.storage.content
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(storage.content)
  }
}
