import MeshModel
import MeshPicture
import Testing
import TerminalUI
import TestSupport

@testable import Console

@Suite("The services")
struct ServicePickerTests {
  private func model(_ columns: Int = 80, _ rows: Int = 24) -> ConsoleModel {
    Fixtures.model(columns, rows, picture: Fixtures.foreign)
  }

  private static let billing = HostName("billing.shop.svc.cluster.local")

  @Test("are chosen with s, arrows and Enter; rules and endpoints follow")
  func choose() {
    var model = model(200, 60).after(.down, .character("s"))
    #expect(model.overlay == .services(marked: 0))
    #expect(view(model).text.contains("billing.shop.svc.cluster.local:8080"))
    model = model.after(.down, .enter)
    #expect(model.overlay == nil)
    #expect(model.service?.host == Self.billing)
    #expect(model.rulesCursor == ConsoleModel.RulesCursor())
    let text = view(model).text
    #expect(text.contains("10.1.0.9:8080") && !text.contains("10.1.0.7:20000"))
    #expect(text.contains("2 of 3 (s)"))
  }

  @Test("stay as they were with Esc", arguments: [Key.escape, .character("q"), .character("s")])
  func close(_ key: Key) {
    let model = model().after(.character("s"), .down, key)
    #expect(model.overlay == nil)
    #expect(model.servicePlace == 0)
  }

  @Test("keep the chosen one while others come, and show the first when it goes")
  func changes() {
    var model = model().after(.character("s"), .down, .enter)
    var picture = Fixtures.foreign
    picture.services.insert(
      ServicePicture(host: HostName("a.shop.svc.cluster.local"), port: 1),
      at: 0
    )
    _ = model.update(.picture(picture))
    #expect(model.service?.host == Self.billing && model.servicePlace == 2)
    picture.services.removeAll { $0.host == Self.billing }
    _ = model.update(.picture(picture))
    #expect(model.servicePlace == 0)
    _ = model.update(.picture(Fixtures.foreign))
    #expect(model.service?.host == Self.billing)
  }

  @Test("follow the list while it is open, and close with the last of them")
  func openList() {
    var model = model().after(.character("s"), .character("G"))
    #expect(model.overlay == .services(marked: 2))
    var picture = Fixtures.foreign
    picture.services.removeLast()
    _ = model.update(.picture(picture))
    #expect(model.overlay == .services(marked: 1))
    picture.services = []
    _ = model.update(.picture(picture))
    #expect(model.overlay == nil)
  }

  @Test("edit the rules of the one that is chosen")
  func edits() {
    var picture = Fixtures.foreign
    let name = ResourceName(namespace: "shop", name: "billing")
    picture.services[1].virtualService = name
    picture.services[1].rules = [Fixtures.splitRule]
    var model = Fixtures.model(picture: picture).after(.character("s"), .down, .enter)
    let address = RuleAddress(virtualService: name, index: 0)
    #expect(
      model.press(.character("l"))
        == [.apply(.shiftWeight(address, destination: 0, amount: 1))]
    )
    // It would replace the whole book.
    #expect(model.press(.character("W")) == [])
    #expect(model.notice?.text.contains("delete the rules of the other services") == true)
  }

  @Test("scroll where they don't fit", arguments: [(60, 16), (80, 24)])
  func scroll(_ size: (Int, Int)) {
    let model = Fixtures.model(size.0, size.1, picture: Fixtures.manyServices)
      .after(.character("s"), .character("G"))
    #expect(view(model).text.contains("service-27.shop"))
    #expect(model.after(.pageUp, .character("g")).overlay == .services(marked: 0))
  }
}
