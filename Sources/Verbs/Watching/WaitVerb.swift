import MeshModel
package import MeshPicture

/// `weir wait`, and what `--wait` does after a change: looks at the mesh until a condition holds.
package struct WaitVerb: Sendable {
  private static let interval = Duration.milliseconds(50)

  /// Whose rules are meant.
  private enum Scope: Sendable {
    case service(String)
    /// Those that these objects steer or split.
    case objects([MeshObject])
  }

  private let request: WaitRequest
  private let scope: Scope
  /// nil for the newest when the wait begins.
  private let revision: UInt64?
  private let isJSON: Bool

  /// Waits for the newest revision's effect on a service.
  package init(_ request: WaitRequest, service: String, isJSON: Bool = false) {
    self.request = request
    self.isJSON = isJSON
    scope = .service(service)
    revision = nil
  }

  /// Waits for the effect of a change on what its objects steer.
  ///
  /// Where the change changed nothing there can be no effect to see: ACKs are waited for instead.
  init(_ request: WaitRequest, after receipt: ChangeReceipt, touching objects: [MeshObject]) {
    var request = request
    if !receipt.isNew, request.condition == .effect { request.condition = .ack }
    self.request = request
    isJSON = false
    scope = .objects(objects)
    revision = receipt.revision
  }

  /// - Throws: `EngineError`; ``VerbError`` for a service that isn't there.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let outcome = try await withTimeout { try await self.watch(engine) }
    switch outcome {
    case .met(let text):
      try await report(text, .done, output)
      return .done
    case .failed(let status, let text):
      try await report(text, status, output)
      return status
    case .notYet(let text):
      try await report("timed out after \(request.timeout): \(text)", .timedOut, output)
      return .timedOut
    }
  }

  private typealias Outcome = WaitJudge.Judgement

  private func report(_ text: String, _ status: VerbStatus, _ output: VerbOutput) async throws {
    if isJSON {
      let body = WaitReport(
        condition: request.condition.rawValue,
        isMet: status == .done,
        text: text
      )
      let report = JSONReport(revision: revision, time: output.now(), body: body)
      try await output.write(try report.text)
    } else if status == .done {
      try await output.write(text)
    } else {
      output.say(text)
    }
  }

  /// Looks until it is decided, or until it is cancelled: then it gives the last reason.
  private func watch(_ engine: any EngineOperations) async throws -> Outcome {
    var last = Outcome.notYet("the engine shows no picture")
    var wanted = revision
    do {
      return try await engine.watch(every: Self.interval) { picture in
        let number = wanted ?? picture.revision.number
        wanted = number
        last = WaitJudge(request, revision: number).judge(picture, try services(in: picture))
        if case .notYet = last { return nil }
        return last
      }
    } catch is CancellationError {
      return last
    }
  }

  private func services(in picture: MeshPicture) throws(VerbError) -> [ServicePicture] {
    switch scope {
    case .service(let name): try picture.services(named: name)
    case .objects(let objects):
      picture.services.filter { service in objects.contains { $0.concerns(service.host) } }
    }
  }

  private func withTimeout(
    _ body: @escaping @Sendable () async throws -> Outcome
  ) async throws -> Outcome {
    try await withThrowingTaskGroup(of: Outcome?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try? await Task.sleep(for: request.timeout)
        return nil
      }
      defer { group.cancelAll() }
      while let outcome = try await group.next() {
        if let outcome { return outcome }
        group.cancelAll()
      }
      throw CancellationError()
    }
  }
}

/// The JSON of a wait.
private struct WaitReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case condition = "for"
    case isMet = "met"
    case text
  }

  var condition: String
  var isMet: Bool
  var text: String
}

extension MeshObject {
  /// Whether it says something of a host's calls.
  fileprivate func concerns(_ host: HostName) -> Bool {
    let hosts: [String] =
      switch self {
      case .virtualService(let service): service.hosts
      case .destinationRule(let rule): [rule.host]
      case .serviceEntry(let entry): entry.hosts
      case .workloadEntry: []
      }
    return hosts.contains { HostName($0, inNamespace: name.namespace) == host }
  }
}
