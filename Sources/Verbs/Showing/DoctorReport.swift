import MeshModel
package import MeshPicture

/// What `weir doctor` found, a line a check.
package struct DoctorReport: Hashable, Sendable {
  package enum State: String, Hashable, Sendable {
    case ok
    /// It works, but not as well as it could.
    case warning
    /// Something can't work so.
    case failed
  }

  package struct Check: Hashable, Sendable, Encodable {
    package var name: String
    package var state: State
    /// What was found, and what to do about it.
    package var text: String

    private enum CodingKeys: String, CodingKey {
      case name, state, text
    }

    package init(_ name: String, _ state: State, _ text: String) {
      self.name = name
      self.state = state
      self.text = text
    }

    package func encode(to encoder: any Encoder) throws {
      var body = encoder.container(keyedBy: CodingKeys.self)
      try body.encode(name, forKey: .name)
      try body.encode(state.rawValue, forKey: .state)
      try body.encode(text, forKey: .text)
    }
  }

  package var checks: [Check]
  /// The engine's newest; nil without an engine.
  package var revision: UInt64?

  package init(checks: [Check], revision: UInt64? = nil) {
    self.checks = checks
    self.revision = revision
  }

  /// Writes it.
  ///
  /// - Returns: `conditionFalse` where a check failed.
  package func write(isJSON: Bool, _ output: VerbOutput) async throws -> VerbStatus {
    if isJSON {
      let body = JSONChecks(checks: checks)
      let report = JSONReport(revision: revision, time: output.now(), body: body)
      try await output.write(try report.text)
    } else {
      let table = TextTable(
        ["CHECK", "STATE", "FOUND"],
        rows: checks.map { [$0.name, $0.state.rawValue, $0.text] }
      )
      try await output.write(table.lines)
    }
    return checks.contains { $0.state == .failed } ? .conditionFalse : .done
  }
}

private struct JSONChecks: Encodable {
  var checks: [DoctorReport.Check]
}

extension DoctorReport {
  /// What an engine says of itself, its rules and its clients.
  package static func checks(
    of engine: any EngineOperations
  ) async -> (checks: [Check], identity: EngineIdentity?) {
    do {
      let identity = try await engine.identity()
      let picture = try await engine.picture()
      let place = identity.store.isEmpty ? "nowhere: it is ephemeral" : identity.store
      let about = "\(identity.version), mesh \(identity.mesh), xDS on \(identity.xdsAddress)"
      let checks = [
        Check("engine", .ok, about),
        Check("store", identity.store.isEmpty ? .warning : .ok, "revisions are kept \(place)"),
        rules(picture.revision),
      ]
      return (checks + clients(picture.clients), identity)
    } catch {
      return ([Check("engine", .warning, "\(error)")], nil)
    }
  }

  private static func rules(_ revision: RevisionPicture) -> Check {
    let errors = revision.findings.count { $0.severity == .error }
    let warnings = revision.findings.count - errors
    let state: State = errors > 0 ? .failed : warnings > 0 ? .warning : .ok
    return Check(
      "rules",
      state,
      "revision \(revision.number): \(counted(errors, "error")), \(counted(warnings, "warning"))"
    )
  }

  private static func clients(_ clients: [ClientPicture]) -> [Check] {
    let connected = clients.filter { $0.state != .disconnected }
    guard !connected.isEmpty else { return [Check("clients", .warning, "none is connected")] }
    return connected.map { client in
      let name = "client \(client.name)"
      let kind = "\(client.profile) over \(client.variant)"
      if client.state == .nacked {
        return Check(name, .failed, "\(kind) refused: \(client.nackMessage)")
      }
      if client.source == "none" {
        return Check(name, .warning, "\(kind), \(client.state.word); nothing tells of its calls")
      }
      let state: State = client.state == .stale ? .warning : .ok
      return Check(name, state, "\(kind), \(client.state.word), calls by \(client.source)")
    }
  }
}
