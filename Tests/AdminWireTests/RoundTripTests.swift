import AdminProtos
import AdminWire
import MeshModel
import MeshPicture
import SwiftProtobuf
import Testing

@Suite("Mapping to the admin API's messages")
struct RoundTripTests {
  /// What comes out where a value is sent as bytes.
  private func sent<Value, Wire: SwiftProtobuf.Message>(
    _ value: Value,
    _ write: (Value) -> Wire,
    _ read: (Wire) throws -> Value
  ) throws -> Value {
    let bytes: [UInt8] = try write(value).serializedBytes()
    return try read(Wire(serializedBytes: bytes))
  }

  @Test("carries changes with every kind of edit", arguments: 0..<40)
  func changes(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for change in dice.changes() {
      #expect(try sent(change, AdminV1.RuleChange.init, RuleChange.init) == change)
    }
  }

  @Test("carries receipts, previews and revisions", arguments: 0..<40)
  func answers(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let (receipt, preview, revision) = (dice.receipt(), dice.preview(), dice.revision())
    #expect(try sent(receipt, AdminV1.ChangeReceipt.init, ChangeReceipt.init) == receipt)
    #expect(try sent(preview, AdminV1.ChangePreview.init, ChangePreview.init) == preview)
    #expect(try sent(revision, AdminV1.Revision.init, Revision.init) == revision)
    let (summary, identity) = (dice.summary(), dice.identity())
    #expect(try sent(summary, AdminV1.RevisionSummary.init, RevisionSummary.init) == summary)
    #expect(try sent(identity, AdminV1.Identity.init, EngineIdentity.init) == identity)
  }

  @Test("carries explanations", arguments: 0..<60)
  func explanations(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let (request, explanation) = (dice.explainRequest(), dice.explanation())
    #expect(try sent(request, AdminV1.ExplainRequest.init, ExplainRequest.init) == request)
    #expect(
      try sent(explanation, AdminV1.CallExplanation.init, CallExplanation.init) == explanation
    )
  }

  @Test("carries listings, inventories, calls and requests", arguments: 0..<40)
  func listings(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let (listing, inventory) = (dice.listing(), dice.inventory())
    #expect(try sent(listing, AdminV1.ResourceListing.init, ResourceListing.init) == listing)
    #expect(try sent(inventory, AdminV1.Inventory.init, MeshInventory.init) == inventory)
    let batch = CallsBatch(rows: dice.calls().rows, dropped: dice.number())
    #expect(try sent(batch, AdminV1.CallsBatch.init, CallsBatch.init) == batch)
    let calls = CallsRequest(filter: dice.text(), tail: dice.int(), follows: dice.flag())
    #expect(try sent(calls, AdminV1.CallsRequest.init, CallsRequest.init) == calls)
    let view = PictureRequest(
      callFilter: dice.text(),
      callLimit: dice.int(),
      interval: dice.duration()
    )
    #expect(try sent(view, AdminV1.PictureRequest.init, PictureRequest.init) == view)
  }

  @Test("carries errors with their findings and revisions", arguments: EngineError.Code.allCases)
  func errors(code: EngineError.Code) throws {
    var dice = Dice(seed: 7)
    let error = EngineError(
      code,
      dice.text(),
      findings: dice.list { $0.finding() },
      since: dice.list { $0.summary() }
    )
    #expect(AdminV1.Failure(error).isWhole)
    #expect(try sent(error, { AdminV1.Failure($0) }, EngineError.init) == error)
  }

  @Test("says how much of a long error was left out")
  func longError() throws {
    let findings = (0..<500).map { Finding(.error, .regexInvalid, "rule \($0) is wrong") }
    let failure = AdminV1.Failure(EngineError(.refused, "500 mistakes", findings: findings))

    #expect(!failure.isWhole)
    #expect(failure.findings.count + Int(failure.findingsLeftOut) == 500)
    let bytes: [UInt8] = try failure.serializedBytes()
    #expect(bytes.count < 4_096)
    #expect(
      try EngineError(failure).findings.elementsEqual(findings.prefix(failure.findings.count))
    )
  }

  @Test("says what is missing in a message")
  func missing() {
    #expect(throws: AdminWireError.self) { try RuleChange(AdminV1.RuleChange()) }
    #expect(throws: AdminWireError.self) { try Finding(AdminV1.Finding()) }
    var object = AdminV1.Object()
    object.json = "{\"kind\": \"Deployment\"}"
    #expect(throws: AdminWireError.self) { try MeshObject(object) }
    var share = AdminV1.CallExplanation()
    share.routed = .init()
    share.port = 70_000
    #expect {
      try CallExplanation(share)
    } throws: { error in
      "\(error)".contains("CallExplanation.port is 70000; want a port number from 0 to 65535")
    }
  }
}
