import MeshModel
import MeshPicture
import Testing

/// A field that is added to one of these types has to be carried by the admin API too: map it in
/// AdminWire, roll it in Dice, and only then count it here.
@Suite("What the admin API has to carry")
struct FieldCountTests {
  private static func values() -> [(value: Any, fields: Int)] {
    var dice = Dice(seed: 1)
    return [
      (dice.picture(), 10), (dice.revisionPicture(), 9), (dice.service(), 12),
      (SubsetCalls(subset: "", calls: 0), 2),
      (SubsetPicture(name: "", labels: [:], ready: 0), 4), (dice.rulePicture(), 4),
      (RulePicture.Note(profile: "", clients: 0, message: ""), 3), (dice.ratio(), 10),
      (RatioPicture.Row(label: ""), 6),
      (RatioPicture.ClientShare(client: "", n: 0, shares: []), 3), (dice.client(), 18),
      (dice.typeState(), 5), (ClientPicture.ClusterCalls(cluster: ""), 3), (dice.process(), 5),
      (dice.endpoint(), 15), (dice.endpointPort(), 5), (dice.calls(), 5), (dice.callRow(1), 6),
      (dice.callRow(1).record, 14), (dice.event(), 4), (dice.clocks(), 7), (dice.finding(), 9),
      (dice.header(), 2), (dice.locality(), 3), (dice.resourceName(), 2), (dice.objectKey(), 2),
    ]
  }

  private static func operations() -> [(value: Any, fields: Int)] {
    var dice = Dice(seed: 2)
    return [
      (dice.identity(), 8), (PictureRequest(), 3), (RuleChange(.undo), 5), (dice.receipt(), 5),
      (ChangeReceipt.ObjectEffect(key: dice.objectKey(), effect: .created), 2),
      (dice.preview(), 3), (dice.revision(), 6), (dice.summary(), 5), (dice.listing(), 4),
      (ResourceListing.Entry(type: "", name: "", json: ""), 3), (CallsRequest(), 3),
      (CallsBatch(rows: []), 2), (dice.explainRequest(), 7), (dice.explanation(), 15),
      (CallExplanation.Skipped(rule: nil, routeName: "", reason: dice.matchFailure()), 3),
      (dice.share(), 6),
      (
        CallExplanation.Endpoint(
          workload: "",
          address: "",
          workloadVersion: "",
          health: .healthy,
          weight: 1
        ), 5
      ),
      (CallExplanation.Resource(type: "", name: "", version: ""), 3),
      (CallExplanation.Client(name: "", nodeID: "", revision: nil), 5),
      (EngineError(.refused, ""), 4), (dice.inventory(), 2), (dice.workload(), 10),
      (MeshService(host: dice.host(), ports: []), 3),
      (MeshService.Port(name: "", number: 1), 2), (MeshRules(), 4), (dice.ruleAddress(), 2),
    ]
  }

  /// The fields of a value, or of what it boxes.
  private static func fieldCount(of value: Any) -> Int {
    var fields = Mirror(reflecting: value).children
    while fields.count == 1, let boxed = fields.first?.value {
      fields = Mirror(reflecting: boxed).children
    }
    return fields.count
  }

  @Test("is as many fields as are mapped")
  func counts() {
    for (value, fields) in Self.values() + Self.operations() {
      #expect(
        Self.fieldCount(of: value) == fields,
        "\(type(of: value)) has other fields than AdminWire maps"
      )
    }
  }
}
