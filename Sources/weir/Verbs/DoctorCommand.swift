import AdminAPI
import ArgumentParser
import Foundation
import Verbs
import MeshPicture

/// Looks whether weir can run here, and how the engine is.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks at terminal, ports, folders, engine and clients; exits with 1 where one fails."
  )

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func run() async throws {
    let isJSON = output == .json
    try await runVerb { output in
      let place = try engine.place
      let (ofEngine, identity) = try await engine.withEngine { await DoctorReport.checks(of: $0) }
      var checks = [SystemChecks.terminal, SystemChecks.locale, SystemChecks.stateFolder]
      if case .unix(let path) = place { checks.append(SystemChecks.socketFolder(path)) }
      // What an engine holds isn't free, and needn't be.
      if identity == nil { checks += [15_010, 8_080].map(SystemChecks.port) }
      return try await DoctorReport(checks: checks + ofEngine, revision: identity?.revision)
        .write(isJSON: isJSON, output)
    }
  }
}

extension EngineClientOptions {
  /// Whether something is where an engine has its socket.
  ///
  /// - Throws: ``VerbError`` for an address that is none.
  var hasEngine: Bool {
    get throws {
      guard case .unix(let path) = try place else { return true }
      return FileManager.default.fileExists(atPath: path)
    }
  }
}
