import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import XDSCore

@Suite("Changes of an engine")
struct ChangeTests {
  private func engine(
    _ rules: MeshRules = Walkthrough.start,
    inventory: MeshInventory = Fixture.inventory
  ) throws -> MeshEngine {
    try MeshEngine(
      meshName: "local",
      boot: Fixture.boot,
      rules: rules,
      title: "start",
      inventory: inventory,
      clock: MeshEngine.Clock(wall: { .zero }, monotonic: { .zero }),
      publish: { _ in }
    )
  }

  private static let shift = RuleEdit.shiftWeight(Fixture.rule(0), destination: 1, amount: 10)
  private static let serviceName = ResourceName(name: "greeter")
  private static let endpoint = EndpointAddress(address: "10.0.0.1", port: 7_000)

  private static func service(_ health: Workload.Health = .healthy) -> MeshObject {
    .serviceEntry(
      ServiceEntry(
        name: serviceName,
        hosts: ["greeter.example.com"],
        ports: [ServiceEntry.Port(number: 80, name: "grpc")],
        endpoints: [
          WorkloadEntry.Endpoint(
            address: endpoint.address,
            ports: ["grpc": endpoint.port],
            labels: ["version": "v1"],
            health: health
          )
        ]
      )
    )
  }

  // MARK: Two writers

  @Test("the loser of two writers is told what the winner changed, and by whom")
  func conflict() throws {
    let engine = try engine()
    let first = RuleChange(.edit(Self.shift), expected: 1, author: "ada", cause: "set-weight")
    #expect(try engine.change(first).revision == 2)
    var second = RuleChange(.edit(.evenWeights(Fixture.rule(0))), expected: 1, author: "bob")
    for isCheck in [false, true] {
      let error = #expect(throws: EngineError.self) {
        if isCheck { _ = try engine.check(second) } else { _ = try engine.change(second) }
      }
      #expect(error?.code == .conflict)
      #expect(error?.since.map(\.number) == [2])
      #expect(error?.since.first?.author == "ada" && error?.since.first?.cause == "set-weight")
      #expect(
        error?.message == "the change was made upon rev 1, but rev 2 is the newest: "
          + "rev 2 by ada: rule 1: v1 90 -> 80, v2 10 -> 20"
      )
    }
    #expect(try engine.revision(nil).number == 2)
    second.expected = 2
    #expect(try engine.change(second).revision == 3)
    second.expected = 9
    let ahead = #expect(throws: EngineError.self) { try engine.change(second) }
    #expect(ahead?.code == .conflict && ahead?.since.isEmpty == true)
  }

  @Test("of many who write at once upon what they saw, nobody's change is lost unnoticed")
  func manyWriters() async throws {
    let engine = try engine()
    let accepted = await withTaskGroup(of: Int.self) { group in
      for writer in 0..<8 {
        group.addTask {
          var accepted = 0
          for round in 0..<25 {
            let seen = (try? engine.revision(nil).number) ?? 0
            let weights = Fixture.weights(writer + 1, round + 1)
            let edit = RuleEdit.setWeights(Fixture.rule(0), weights)
            let change = RuleChange(.edit(edit), expected: seen, author: "\(writer)")
            if (try? engine.change(change))?.isNew == true { accepted += 1 }
          }
          return accepted
        }
      }
      return await group.reduce(0, +)
    }
    #expect(try engine.revision(nil).number == UInt64(accepted) + 1)
    let history = try engine.history(before: nil, limit: 1_000)
    #expect(history.map(\.number) == (1...UInt64(accepted + 1)).reversed())
  }

  // MARK: Receipts and previews

  @Test("says what became of each object that was named, in its order")
  func effects() throws {
    let engine = try engine()
    let rule = Walkthrough.start.destinationRules[0]
    var service = Walkthrough.start.virtualServices[0]
    service.http[0].name = "split"
    let objects = [MeshObject.destinationRule(rule), .virtualService(service), Self.service()]
    let receipt = try engine.change(RuleChange(.edit(.applyObjects(objects))))
    #expect(receipt.effects.map(\.key) == objects.map(\.key))
    #expect(receipt.effects.map(\.effect) == [.unchanged, .configured, .created])
    let again = try engine.change(RuleChange(.edit(.applyObjects(objects))))
    #expect(again.revision == receipt.revision && !again.isNew)
    #expect(again.effects.map(\.effect) == [.unchanged, .unchanged, .unchanged])
    let deleted = try engine.change(RuleChange(.edit(.deleteObjects([Self.service().key]))))
    #expect(deleted.effects.map(\.effect) == [.deleted])
    let missing = #expect(throws: EngineError.self) {
      try engine.change(RuleChange(.edit(.deleteObjects([Self.service().key]))))
    }
    #expect(missing?.code == .refused)
    #expect(missing?.findings.map(\.code) == [.objectNotFound])
  }

  @Test("a preview says what the change does and changes nothing")
  func preview() throws {
    let engine = try engine()
    let good = try engine.check(RuleChange(.edit(Self.shift)))
    #expect(good.receipt.revision == 2 && good.receipt.isNew)
    #expect(good.before == Walkthrough.start && good.after != good.before)
    #expect(good.receipt.effects.map(\.effect) == [.configured])
    let zeros = RuleEdit.setWeights(Fixture.rule(0), Fixture.weights(0, 0))
    let bad = try engine.check(RuleChange(.edit(zeros)))
    #expect(bad.after == bad.before && !bad.receipt.isNew)
    #expect(bad.findings.contains { $0.severity == .error && $0.code == .weightsAllZero })
    #expect(try engine.check(RuleChange(.undo)).findings.map(\.code) == [.nothingToUndo])
    #expect(engine.rules == Walkthrough.start)
    try engine.apply(Self.shift, keyTime: .zero, author: "operator")
    #expect(try engine.check(RuleChange(.undo)).after == Walkthrough.start)
    #expect(try engine.check(RuleChange(.rollback(to: 1))).after == Walkthrough.start)
    #expect(try engine.revision(nil).number == 2)
  }

  // MARK: Entries

  @Test("a ServiceEntry that is applied brings up its service, and rules for it")
  func serviceEntry() throws {
    let engine = try engine()
    try engine.apply(.applyObjects([Self.service()]), keyTime: .zero, author: "operator")
    #expect(engine.inventory.services.map(\.host.description).contains("greeter.example.com"))
    #expect(engine.inventory.workloads.map(\.address).contains("10.0.0.1"))
    let port = ServicePort(host: HostName("greeter.example.com"), port: 80)
    #expect(engine.snapshots?[.grpc].resource(.cluster, named: port.clusterName()) != nil)
    let service = VirtualService(
      name: Self.serviceName,
      hosts: ["greeter.example.com"],
      http: [
        HTTPRoute(
          destinations: [
            RouteDestination(host: "greeter.example.com", subset: nil, weight: .hundred)
          ]
        )
      ]
    )
    let objects = [MeshObject.virtualService(service)]
    let receipt = try engine.change(RuleChange(.edit(.applyObjects(objects))))
    #expect(receipt.effects.map(\.effect) == [.created])
    #expect(engine.picture().services.contains { $0.host.description == "greeter.example.com" })
    // What the host runs is another matter: it comes and goes beside the entries.
    engine.setInventory(MeshInventory())
    #expect(engine.inventory.services.map(\.host.description) == ["greeter.example.com"])
    try engine.apply(.deleteObjects([Self.service().key]), keyTime: .zero, author: "operator")
    #expect(engine.inventory == MeshInventory())
  }

  @Test("an entry that the checks refuse is refused by the engine")
  func badEntry() throws {
    let engine = try engine()
    guard case .serviceEntry(var entry) = Self.service() else { return }
    entry.endpoints[0].address = "no-address"
    let error = #expect(throws: EngineError.self) {
      try engine.change(RuleChange(.edit(.applyObjects([.serviceEntry(entry)]))))
    }
    #expect(error?.findings.map(\.code).contains(.addressInvalid) == true)
  }

  @Test("health checks count for endpoints of every origin; what an entry says against one stands")
  func health() throws {
    let engine = try engine()
    func health(of address: EndpointAddress) -> Workload.Health? {
      engine.inventory.workloads.first { EndpointAddress($0) == address }?.health
    }
    let hosted = EndpointAddress(Fixture.workload("v1", port: 20_001))
    engine.setUnhealthy([Self.endpoint, hosted])
    #expect(health(of: hosted) == .unhealthy)
    // It was unhealthy before it was applied.
    try engine.apply(.applyObjects([Self.service()]), keyTime: .zero, author: "operator")
    #expect(health(of: Self.endpoint) == .unhealthy)
    #expect(engine.endpointsToCheck.isSuperset(of: [Self.endpoint, hosted]))
    engine.setUnhealthy([])
    #expect(health(of: Self.endpoint) == .healthy && health(of: hosted) == .healthy)
    let draining = Self.service(.draining)
    try engine.apply(.applyObjects([draining]), keyTime: .zero, author: "operator")
    engine.setUnhealthy([Self.endpoint])
    #expect(health(of: Self.endpoint) == .draining)
    #expect(!engine.endpointsToCheck.contains(Self.endpoint))
  }
}
