import AdminAPI
import ArgumentParser
import MeshPicture
import Verbs

extension EngineClientOptions {
  /// Where the engine is.
  ///
  /// - Throws: ``VerbError`` with status `usage`.
  var place: AdminAddress {
    get throws {
      guard let text = chosenAddress else { return .standard }
      guard let address = AdminAddress(text) else {
        throw VerbError(
          .usage,
          "the engine's address is \(text); want the path of a socket, or host:port"
        )
      }
      return address
    }
  }

  /// Gives the body an engine to ask.
  ///
  /// - Throws: ``VerbError``; `EngineError`, such as `unreachable`; what the body throws.
  func withEngine<Result: Sendable>(
    _ body: (any EngineOperations) async throws -> Result
  ) async throws -> Result {
    try await AdminClient.with(try place, tls: try tls.mutual) { try await body($0) }
  }
}

extension ClientTLSOptions {
  /// The files of both ends; nil without TLS.
  ///
  /// - Throws: ``VerbError`` with status `usage` where one is missing.
  fileprivate var mutual: MutualTLSFiles? {
    get throws {
      guard let files else { return nil }
      guard let certificate = files.certificate, let key = files.key else {
        throw VerbError(.usage, "an engine wants to know who asks: --ca, --cert and --key")
      }
      return MutualTLSFiles(certificate: certificate, key: key, roots: files.authorities)
    }
  }
}
