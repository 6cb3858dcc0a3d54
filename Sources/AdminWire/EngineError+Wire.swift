internal import AdminProtos
internal import MeshModel
package import MeshPicture
internal import SwiftProtobuf

extension AdminV1.Failure {
  /// The error, with as many findings and revisions as the details of a status have room for.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - limit: How many bytes it may take, give or take one finding.
  package init(_ error: EngineError, limit: Int = 3_000) {
    self.init()
    code = .init(error.code)
    message = error.message
    var room = limit - message.utf8.count
    for finding in error.findings {
      let wire = AdminV1.Finding(finding)
      room -= wire.byteCount
      if room > 0 { findings.append(wire) } else { findingsLeftOut += 1 }
    }
    for revision in error.since {
      let wire = AdminV1.RevisionSummary(revision)
      room -= wire.byteCount
      if room > 0 { since.append(wire) } else { sinceLeftOut += 1 }
    }
  }

  /// Whether it is all of the error.
  package var isWhole: Bool { findingsLeftOut == 0 && sinceLeftOut == 0 }
}

extension SwiftProtobuf.Message {
  /// Its length when it is written; 0 where that is impossible.
  fileprivate var byteCount: Int {
    let bytes: [UInt8]? = try? serializedBytes()
    return bytes?.count ?? 0
  }
}

extension EngineError {
  package init(_ wire: AdminV1.Failure) throws(AdminWireError) {
    self.init(
      try Code(wire.code),
      wire.message,
      findings: try wire.findings.mapped(Finding.init),
      since: wire.since.map(RevisionSummary.init)
    )
  }
}

extension AdminV1.Failure.Code {
  init(_ code: EngineError.Code) {
    self =
      switch code {
      case .refused: .refused
      case .conflict: .conflict
      case .notFound: .notFound
      case .notStored: .notStored
      case .unreachable: .unreachable
      case .denied: .denied
      case .invalid: .invalid
      }
  }
}

extension EngineError.Code {
  init(_ wire: AdminV1.Failure.Code) throws(AdminWireError) {
    self =
      switch wire {
      case .refused: .refused
      case .conflict: .conflict
      case .notFound: .notFound
      case .notStored: .notStored
      case .unreachable: .unreachable
      case .denied: .denied
      case .invalid: .invalid
      case .unspecified, .UNRECOGNIZED: throw .missing("Failure.code")
      }
  }
}
