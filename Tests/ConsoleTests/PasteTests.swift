import MeshModel
import Testing
import TerminalUI

@testable import Console

@Suite("Pastes")
struct PasteTests {
  @Test("outside a text field are let go, whatever their keys would do", arguments: Pane.allCases)
  func ignored(_ pane: Pane) {
    var model = Fixtures.model().after(.character(Character("\(pane.rawValue)")))
    let before = model
    for text in ["hello\nworld", "qLLLLL\u{3}", "\u{4}y"] {
      #expect(model.update(.paste(text)) == [])
      let length = text.count == 1 ? "1 character" : "\(text.count) characters"
      #expect(model.notice?.text == "paste ignored: \(length)")
    }
    model.notice = nil
    #expect(model == before)
  }

  @Test("can't answer a question or close the help")
  func overlays() {
    for key: Key in [.control("d"), .character("?")] {
      var model = Fixtures.model().after(key)
      let overlay = model.overlay
      #expect(model.update(.paste("y\n")) == [])
      #expect(model.overlay == overlay && overlay != nil)
      #expect(model.notice?.text == "paste ignored: 2 characters")
    }
  }

  @Test(
    "come into the text field in one line, and never submit it",
    arguments: [
      ("user=admin\n", "user=admin"), ("user=admin\r\nuri=/a\n\n!x", "user=admin uri=/a !x"),
      ("a\tb\u{3}\u{1B}c", "a bc"), ("\n", ""), ("é日", "é日"),
    ]
  )
  func inserted(_ pasted: String, _ wanted: String) {
    var model = Fixtures.model().after(.down, .enter)
    model.type(text: "<>")
    model.press(.left)
    #expect(model.update(.paste(pasted)) == [])
    #expect(model.prompt?.field.text == "<\(wanted)>")
    #expect(model.prompt?.field.error == nil && model.notice == nil)
  }

  @Test("filter the calls as typing does")
  func filter() {
    var model = Fixtures.model().after(.character("/"))
    #expect(model.update(.paste("v2\nadmin\n")) == [.setCallFilter("v2 admin")])
    #expect(model.callFilter == "v2 admin")
    #expect(model.update(.paste("\n")) == [])
  }

  @Test("are taken as far as the field has room, and it says so")
  func long() {
    var model = Fixtures.model().after(.down, .enter)
    #expect(model.update(.paste(String(repeating: "x", count: 70_000))).count == 1)
    #expect(model.prompt?.field.text.count == TextField.maximumCharacters)
    #expect(model.prompt?.field.error == "only the start of the paste fits")
    HostileTests.expectSound(view(model), of: model)
    model.press(.escape)
    _ = model.update(.paste(String(repeating: "x", count: TerminalEvent.maximumPaste)))
    #expect(model.notice?.text == "paste ignored: 65536 characters or more")
  }
}
