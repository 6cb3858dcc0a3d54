import AdminProtos
import AdminWire
import MeshModel
import MeshPicture
import SwiftProtobuf
import Testing

@Suite("Pictures as a stream of updates")
struct PictureStreamTests {
  /// Both ends of a stream.
  private struct Stream {
    var encoder = PictureEncoder()
    var decoder = PictureDecoder()
    /// The bytes of the last update.
    var byteCount = 0

    mutating func send(_ picture: MeshPicture) throws -> MeshPicture {
      let bytes: [UInt8] = try encoder.update(to: picture).serializedBytes()
      byteCount = bytes.count
      return try decoder.picture(AdminV1.PictureUpdate(serializedBytes: bytes))
    }
  }

  @Test("carries pictures that have nothing in common", arguments: 0..<40)
  func unrelated(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var stream = Stream()
    for _ in 0..<5 {
      let picture = dice.picture()
      #expect(try stream.send(picture) == picture)
    }
  }

  @Test("carries pictures that change here and there", arguments: 0..<40)
  func related(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var stream = Stream()
    var picture = dice.picture()
    for _ in 0..<40 {
      dice.change(&picture)
      #expect(try stream.send(picture) == picture)
    }
  }

  @Test("sends next to nothing where only the time is another")
  func quiet() throws {
    var picture = Dice.busyPicture(rules: 10_000, rows: 2_000)
    var stream = Stream()
    _ = try stream.send(picture)
    picture.time = Timestamp(microseconds: picture.time.microseconds + 33_000)
    #expect(try stream.send(picture) == picture)
    #expect(stream.byteCount < 20)
  }

  @Test("sends new rows of a full log, and none again")
  func log() throws {
    var picture = Dice.busyPicture(rules: 1, rows: 2_000)
    var stream = Stream()
    _ = try stream.send(picture)
    var dice = Dice(seed: 3)
    let last = try #require(picture.calls.rows.last)
    picture.calls.rows.removeFirst(2)
    picture.calls.rows += [dice.callRow(last.sequence + 1), dice.callRow(last.sequence + 2)]
    #expect(try stream.send(picture) == picture)
    #expect(stream.byteCount < 2_000)
  }

  @Test("sends one rule of 10,000 where one is edited, added, deleted or moved by one")
  func rules() throws {
    var picture = Dice.busyPicture(rules: 10_000, rows: 0)
    var stream = Stream()
    _ = try stream.send(picture)
    let edits: [(inout [RulePicture]) -> Void] = [
      { $0[5_000].route.destinations[0].weight = Weight(clamping: 7) },
      { $0.insert($0[9], at: 0) },
      { $0.remove(at: 4_000) },
      { $0.swapAt(7_000, 7_001) },
    ]
    for edit in edits {
      edit(&picture.services[0].rules)
      #expect(try stream.send(picture) == picture)
      #expect(stream.byteCount < 3_000)
    }
  }

  @Test("refuses updates that lead nowhere, without a trap")
  func hostile() throws {
    var update = AdminV1.PictureUpdate()
    update.events.shift.dropped = 4_000_000_000
    var decoder = PictureDecoder()
    #expect(throws: AdminWireError.self) { try decoder.picture(update) }

    update = AdminV1.PictureUpdate()
    update.events.shift.added = 2
    #expect(throws: AdminWireError.self) { try decoder.picture(update) }

    update = AdminV1.PictureUpdate()
    var item = AdminV1.EventsChange.Item()
    item.index = 9
    item.event.severity = .info
    update.events.items = [item]
    #expect(throws: AdminWireError.self) { try decoder.picture(update) }
  }

  @Test("takes some ten kilobytes a second for 40 calls a second at 30 pictures a second")
  func rate() throws {
    var picture = Dice.busyPicture(rules: 4, rows: 2_000)
    var stream = Stream()
    _ = try stream.send(picture)
    var dice = Dice(seed: 5)
    var bytes = 0
    for frame in 0..<300 {
      dice.advance(&picture, calls: frame % 3 == 0 ? 2 : 1)
      #expect(try stream.send(picture) == picture)
      bytes += stream.byteCount
    }
    print("pictures: \(bytes / 10) bytes/s at 40 calls/s and 30 pictures/s")
    #expect(bytes / 10 < 150_000)
  }
}
