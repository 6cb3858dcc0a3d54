import MeshModel
import MeshPicture
import Testing
import TestSupport
import TerminalUI

@testable import Console

/// Whatever comes from outside and whatever is pressed: the screen stays a screen.
@Suite("Hostile input")
struct HostileTests {
  private static let nasty =
    "\u{1B}[31m\u{1B}[2J\u{9B}1;1H\n\r\t\u{8}\u{202E}\u{200B}日本\u{301}\u{1F468}\u{200D}\u{1F469}"

  /// A picture with this text in every place that outside text can come to.
  private static func picture(with text: String) -> MeshPicture {
    var picture = Fixtures.picture
    picture.mesh = text
    picture.revision.title = text
    picture.revision.findings = [Finding(.error, .hostInvalid, text)]
    picture.services[0].subsets[0].labels = [text: text]
    picture.services[0].rules[0].route.name = text
    picture.services[0].rules[0].route.matches[0].headers[0].match = .exact(text)
    picture.services[0].rules[1].route.destinations[0].subset = text
    picture.services[0].rules[1].ratio.rows[0].label = text
    picture.services[0].rules[1].ratio.rows[1].label = text
    picture.services[0].rules[1].ratio.byClient[0].client = text
    picture.services[0].rules[1].findings = [Finding(.warning, .ruleUnreachable, text)]
    for index in picture.clients.indices {
      picture.clients[index].name = text
      picture.clients[index].nodeID = text
      picture.clients[index].nackMessage = text
      picture.clients[index].profile = text
      picture.clients[index].source = text
      picture.clients[index].process?.exitReason = text
    }
    for index in picture.endpoints.indices {
      picture.endpoints[index].id = text
      picture.endpoints[index].address = text
      picture.endpoints[index].workloadVersion = text
      picture.endpoints[index].subsets = [text]
      picture.endpoints[index].process?.exitReason = text
    }
    for index in picture.calls.rows.indices {
      picture.calls.rows[index].client = text
      picture.calls.rows[index].subset = text
      picture.calls.rows[index].record.path = "/\(text)/\(text)"
      picture.calls.rows[index].record.headers = [HeaderField(name: text, value: text)]
      picture.calls.rows[index].record.endpoint = text
      picture.calls.rows[index].record.workloadVersion = text
    }
    for index in picture.events.indices {
      picture.events[index].source = text
      picture.events[index].text = text
    }
    return picture
  }

  static func expectSound(_ frame: Frame, of model: ConsoleModel) {
    #expect(frame.size == model.size)
    #expect(frame.cells.count == model.size.columns * model.size.rows)
    for row in 0..<frame.size.rows {
      var isInWide = false
      for column in 0..<frame.size.columns {
        let cell = frame[Point(column: column, row: row)]
        let isWhole = cell.isContinuation == isInWide
        if !isWhole { Issue.record("half a character at \(column),\(row)") }
        isInWide = !cell.isContinuation && SafeText.width(of: String(cell.character)) == 2
        let isText = Cell(character: cell.character).character == cell.character
        if !isText { Issue.record("\(cell.character.unicodeScalars) at \(column),\(row)") }
        if !model.capabilities.isUnicode, !cell.character.isASCII {
          Issue.record("\(cell.character) in an ASCII frame")
        }
      }
      if isInWide { Issue.record("a wide character is cut at the right edge") }
    }
    if let cursor = frame.cursor {
      #expect((0..<frame.size.columns).contains(cursor.column))
      #expect((0..<frame.size.rows).contains(cursor.row))
    }
  }

  @Test("can't move the cursor, colour the screen or break a border", arguments: [true, false])
  func outsideText(_ isUnicode: Bool) {
    for (columns, rows) in [(60, 16), (80, 24), (120, 40), (200, 60), (80, 60)] {
      for pane in Pane.allCases {
        var model = Fixtures.model(
          columns,
          rows,
          picture: HostileTests.picture(with: HostileTests.nasty),
          isUnicode: isUnicode
        )
        model.press(.character(Character("\(pane.rawValue)")))
        let frame = view(model)
        HostileTests.expectSound(frame, of: model)
        for place in model.layout.places {
          let right = place.rect.columns.upperBound - 1
          for row in place.rect.rows {
            let found = frame[Point(column: right, row: row)].character
            let isTop = row == place.rect.rows.lowerBound
            let isBottom = row == place.rect.rows.upperBound - 1
            let wanted: Character =
              isUnicode ? isTop ? "┐" : isBottom ? "┘" : "│" : isTop || isBottom ? "+" : "|"
            #expect(found == wanted, "\(place.pane) at \(columns)x\(rows), row \(row)")
          }
        }
      }
    }
  }

  @Test("can't do it through refusals, notices and questions either")
  func outsideSentences() {
    let picture = HostileTests.picture(with: HostileTests.nasty)
    for key: Key in [.enter, .control("d"), .character("="), .character("o"), .character("?")] {
      var model = Fixtures.model(80, 24, picture: picture).after(.down, key)
      HostileTests.expectSound(view(model), of: model)
      _ = model.update(.actionFailed(HostileTests.nasty))
      _ = model.update(.notice(HostileTests.nasty))
      HostileTests.expectSound(view(model), of: model)
    }
    var empty = Fixtures.model(80, 24, picture: nil)
    _ = empty.update(.notice(String(repeating: HostileTests.nasty, count: 50)))
    HostileTests.expectSound(view(empty), of: empty)
  }

  @Test("never traps, whatever keys, sizes and pictures come", arguments: 0..<12)
  func random(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var model = ConsoleModel(
      size: Size(columns: 80, rows: 24),
      capabilities: TerminalCapabilities(colors: seed % 2 * 8, isUnicode: seed % 3 > 0),
      utcOffsetSeconds: Int.random(in: -50_000...50_000, using: &random)
    )
    for step in 0..<100 {
      _ = model.update(RandomPictures.message(using: &random))
      if step % 5 == 0 { HostileTests.expectSound(view(model), of: model) }
      #expect(view(model).size == model.size)
    }
  }
}
