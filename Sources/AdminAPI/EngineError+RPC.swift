internal import AdminProtos
internal import AdminWire
internal import GRPCCore
internal import GRPCProtobuf
internal import MeshPicture
internal import SwiftProtobuf

extension EngineError {
  /// The status that tells a client of the error, with all of it among the details as far as there
  /// is room.
  var status: GoogleRPCStatus {
    let details = (try? Google_Protobuf_Any(message: AdminV1.Failure(self))).map(ErrorDetails.any)
    return GoogleRPCStatus(
      code: code.rpcCode,
      message: message,
      details: [details].compactMap(\.self)
    )
  }

  /// What an engine told by a status; nil where it told nothing, as when there is none.
  ///
  /// - Returns: The error, and whether nothing was left out of it.
  static func told(by error: RPCError) -> (error: EngineError, isWhole: Bool)? {
    guard let status = try? error.unpackGoogleRPCStatus() else { return nil }
    for detail in status.details {
      if let any = detail.any, let failure = try? AdminV1.Failure(unpackingAny: any),
        let error = try? EngineError(failure)
      {
        return (error, failure.isWhole)
      }
    }
    return nil
  }
}

extension EngineError.Code {
  fileprivate var rpcCode: RPCError.Code {
    switch self {
    case .refused: .failedPrecondition
    case .conflict: .aborted
    case .notFound: .notFound
    case .notStored: .internalError
    case .unreachable: .unavailable
    case .denied: .permissionDenied
    case .invalid: .invalidArgument
    }
  }
}

/// Runs the body; what it throws becomes a status that ``EngineError/told(by:)`` reads.
func answering<Result>(_ body: () async throws -> Result) async throws -> Result {
  do {
    return try await body()
  } catch let error as EngineError {
    throw error.status
  } catch let error as AdminWireError {
    throw EngineError(.invalid, "\(error)").status
  }
}
