import MeshModel
package import MeshPicture
package import TerminalUI

/// All that the console knows: the newest picture and where the operator is in it.
package struct ConsoleModel: Hashable, Sendable {
  /// The row that the operator is on in the rules pane; both count from 0.
  package struct RulesCursor: Hashable, Sendable {
    package var rule = 0
    package var destination = 0
  }

  /// The part of the calls that shows while they are not followed.
  struct CallsPlace: Hashable, Sendable {
    /// Sequence numbers of the first row that shows and of the row that the operator is on.
    var top: UInt64
    var cursor: UInt64
  }

  /// An edit that was sent off when the picture showed this revision.
  struct Outstanding: Hashable, Sendable {
    var revision: UInt64
    /// The rule to go to once it is there.
    var nextRule: Int?
    /// The step of the walkthrough that was asked for.
    var walkthroughStep: Int?
  }

  /// A sentence in the last line.
  struct Notice: Hashable, Sendable {
    var text: String
    var isProblem: Bool
  }

  /// The terminal's size.
  package internal(set) var size: Size
  package let capabilities: TerminalCapabilities
  /// What local time is ahead of UTC, in seconds.
  package let utcOffsetSeconds: Int

  /// The newest picture; nil before the first.
  package internal(set) var picture: MeshPicture?
  /// Whether the engine is out of reach, and ``picture`` only what was last seen of it.
  package internal(set) var isEngineGone = false
  /// What stays on the screen while the display is frozen.
  var frozen: MeshPicture?

  package internal(set) var focus = Pane.rules
  package internal(set) var isZoomed = false
  /// The pane that the operator asked for where not all fit.
  var slot: Pane?
  /// The service that the operator chose; nil for the first.
  var chosen: ServiceChoice?
  package internal(set) var rulesCursor = RulesCursor()
  /// nil while the newest calls are followed.
  var callsPlace: CallsPlace?
  /// Events below the last one that shows.
  var eventsBelow = 0
  /// First lines of the panes that only scroll.
  var scroll: [Pane: Int] = [:]
  /// What the operator asked the calls to be filtered by.
  package internal(set) var callFilter = ""
  /// What the panes on the screen need; as of the last message.
  var heights: [Pane: PaneRows] = [:]
  var heightCause: HeightCause?
  var showsCounts = false
  var groupsByClient = false

  var prompt: Prompt?
  var overlay: Overlay?
  var notice: Notice?
  /// Why the engine refused the last edit; beside the rules until the next key.
  var refusal: String?
  /// What the checks say of the edit that is being typed.
  var draft: DraftCheck?
  /// What was last asked to be explained, to be changed and asked again.
  var explained = ""
  /// The prompt that the last edit came from, to come back with its text if it is refused.
  var sentPrompt: Prompt?
  var outstanding: Outstanding?
  /// The last step of the walkthrough that the rules were at.
  var lastWalkthroughStep: Int?

  package init(size: Size, capabilities: TerminalCapabilities, utcOffsetSeconds: Int = 0) {
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
    self.capabilities = capabilities
    self.utcOffsetSeconds = utcOffsetSeconds
  }

  /// The picture that is on the screen.
  package var shown: MeshPicture? { frozen ?? picture }
  package var isFrozen: Bool { frozen != nil }
  /// The services, as they are chosen among.
  var services: [ServicePicture] { shown?.services ?? [] }
  /// The place of the service whose rules are on the screen; nil where there is none.
  var servicePlace: Int? {
    guard !services.isEmpty else { return nil }
    return chosen.flatMap { chosen in services.firstIndex { ServiceChoice($0) == chosen } } ?? 0
  }
  /// The service whose rules are on the screen: the chosen one while the mesh has it.
  var service: ServicePicture? { servicePlace.map { services[$0] } }
  var rules: [RulePicture] { service?.rules ?? [] }
  var selectedRule: RulePicture? {
    rules.indices.contains(rulesCursor.rule) ? rules[rulesCursor.rule] : nil
  }
  var isFollowing: Bool { callsPlace == nil }
  var glyphs: Glyphs { Glyphs(isUnicode: capabilities.isUnicode) }
  var theme: Theme { Theme(colors: capabilities.colors) }
  var layout: ScreenLayout {
    ScreenLayout(size: size, slot: slot, zoomed: isZoomed ? focus : nil, wants: heights)
  }
  var isTooSmall: Bool {
    size.columns < ScreenLayout.minimum.columns || size.rows < ScreenLayout.minimum.rows
  }

  func localTime(_ time: Timestamp) -> LocalTime {
    LocalTime(time, utcOffsetSeconds: utcOffsetSeconds)
  }
}

/// A question that has the keys until it is answered.
enum Overlay: Hashable, Sendable {
  /// The keys, scrolled down by some lines.
  case help(offset: Int)
  /// The services, with the place of the one that is marked.
  case services(marked: Int)
  case delete(DeleteQuestion)
  case document(Document)
  case history(HistoryList)
}

/// Whether a rule is to be deleted; the answer that is marked is No at first.
struct DeleteQuestion: Hashable, Sendable {
  var address: RuleAddress
  /// What the rule was when the question came up.
  var route: HTTPRoute
  var isYes = false
}
