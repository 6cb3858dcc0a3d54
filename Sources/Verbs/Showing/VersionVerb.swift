import MeshModel
package import MeshPicture

/// `weir version`: this program's version, and the engine's.
package struct VersionVerb: Sendable {
  package var version: String
  package var isJSON: Bool

  package init(version: String, isJSON: Bool = false) {
    self.version = version
    self.isJSON = isJSON
  }

  /// - Parameters:
  ///   - engine: nil where there is none; then it is left out.
  ///   - output: Where it goes.
  /// - Returns: `done`.
  /// - Throws: `EngineError` where the engine doesn't answer.
  package func run(
    on engine: (any EngineOperations)?,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let identity = try await engine?.identity()
    guard isJSON else {
      try await output.write("weir \(version)")
      if let identity { try await output.write(identity.lines) }
      return .done
    }
    let body = VersionReport(version: version, engine: identity.map(VersionReport.Engine.init))
    let report = JSONReport(revision: identity?.revision, time: output.now(), body: body)
    try await output.write(try report.text)
    return .done
  }
}

extension EngineIdentity {
  fileprivate var lines: [String] {
    let place = store.isEmpty ? "not stored" : "stored in \(store)"
    return [
      "engine \(version), mesh \(mesh), process \(processID) since \(UTCText.text(of: started))",
      "xDS on \(xdsAddress), revision \(revision), \(place)",
    ]
  }
}

private struct VersionReport: Encodable {
  struct Engine: Encodable {
    var version: String
    var mesh: String
    var processID: Int
    var started: String
    var boot: String
    var xdsAddress: String
    var store: String?

    init(_ identity: EngineIdentity) {
      version = identity.version
      mesh = identity.mesh
      processID = identity.processID
      started = UTCText.text(of: identity.started)
      boot = identity.boot
      xdsAddress = identity.xdsAddress
      store = identity.store.isEmpty ? nil : identity.store
    }
  }

  var version: String
  var engine: Engine?
}
