internal import AdminProtos
internal import AdminWire
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import MeshModel
package import MeshPicture

/// An engine at the other end of a socket.
///
/// It connects when it is first asked for something, and again after the connection was lost. What an
/// engine can't be asked ends with ``EngineError`` `unreachable`, which says where it was looked for.
package final class AdminClient: EngineOperations {
  package let address: AdminAddress
  private let client: GRPCClient<HTTP2ClientTransport.Posix>
  private let admin: Weir_Admin_V1_Admin.Client<HTTP2ClientTransport.Posix>

  /// Makes a client, which can be asked while ``run()`` runs.
  ///
  /// - Parameters:
  ///   - address: Where the engine is.
  ///   - tls: By what it and the engine know each other; wanted for TCP, and of no use for a socket.
  /// - Throws: `invalid` where the files can't be used, or are missing.
  package init(_ address: AdminAddress, tls: MutualTLSFiles? = nil) throws(EngineError) {
    self.address = address
    client = GRPCClient(transport: try .connecting(to: address, tls: tls))
    admin = Weir_Admin_V1_Admin.Client(wrapping: client)
  }

  /// Keeps the connection, until cancelled or closed.
  package func run() async {
    try? await client.runConnections()
  }

  /// Takes no more questions; ``run()`` ends when those under way have their answers.
  package func close() {
    client.beginGracefulShutdown()
  }

  /// Gives the body a client, and closes it after.
  ///
  /// - Throws: As ``init(_:tls:)``, or what the body throws.
  package static func with<Result: Sendable>(
    _ address: AdminAddress,
    tls: MutualTLSFiles? = nil,
    _ body: (AdminClient) async throws -> Result
  ) async throws -> Result {
    let client = try AdminClient(address, tls: tls)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      defer { group.cancelAll() }
      return try await body(client)
    }
  }

  package func identity() async throws -> EngineIdentity {
    try await asking { EngineIdentity(try await admin.getIdentity(.init(), options: .short)) }
  }

  package func pictures(
    _ views: AsyncStream<PictureRequest>
  ) -> AsyncThrowingStream<MeshPicture, any Error> {
    stream(bufferingPolicy: .bufferingNewest(1)) { [admin] pictures in
      try await admin.watchPictures(
        options: .endless,
        requestProducer: { writer in
          for await view in views { try await writer.write(.init(view)) }
        },
        onResponse: { response in
          var decoder = PictureDecoder()
          for try await update in response.messages {
            pictures.yield(try decoder.picture(update))
          }
        }
      )
    }
  }

  package func change(_ change: RuleChange) async throws -> ChangeReceipt {
    do {
      return try ChangeReceipt(try await admin.change(.init(change), options: .short))
    } catch let error as RPCError {
      guard let (told, isWhole) = EngineError.told(by: error) else { throw unreachable(error) }
      throw isWhole ? told : await completed(told, of: change)
    } catch let error as AdminWireError {
      throw misunderstood(error)
    }
  }

  package func check(_ change: RuleChange) async throws -> ChangePreview {
    try await asking {
      try ChangePreview(try await admin.check(.init(change), options: .short))
    }
  }

  package func revision(_ number: UInt64?) async throws -> Revision {
    try await asking {
      var request = Weir_Admin_V1_GetRevisionRequest()
      if let number { request.number = number }
      return try Revision(try await admin.getRevision(request, options: .short))
    }
  }

  package func history(before: UInt64?, limit: Int) async throws -> [RevisionSummary] {
    try await asking {
      var request = Weir_Admin_V1_ListHistoryRequest()
      if let before { request.before = before }
      request.limit = Int64(limit)
      return try await admin.listHistory(request, options: .short).revisions
        .map { RevisionSummary($0) }
    }
  }

  package func explain(_ request: ExplainRequest) async throws -> CallExplanation {
    try await asking {
      try CallExplanation(try await admin.explain(.init(request), options: .short))
    }
  }

  package func resources(
    profile: String,
    after change: RuleChange?
  ) async throws -> ResourceListing {
    try await asking {
      var request = Weir_Admin_V1_ListResourcesRequest()
      request.profile = profile
      if let change { request.after = .init(change) }
      return ResourceListing(try await admin.listResources(request, options: .short))
    }
  }

  package func inventory() async throws -> MeshInventory {
    try await asking {
      try MeshInventory(try await admin.getInventory(.init(), options: .short))
    }
  }

  package func calls(_ request: CallsRequest) -> AsyncThrowingStream<CallsBatch, any Error> {
    // What is there already is bounded by the request; what comes is by the reader's patience.
    let policy: AsyncThrowingStream<CallsBatch, any Error>.Continuation.BufferingPolicy =
      request.follows ? .bufferingOldest(256) : .unbounded
    return stream(bufferingPolicy: policy) { [admin] calls in
      try await admin.watchCalls(.init(request), options: .endless) { response in
        var dropped: UInt64 = 0
        for try await message in response.messages {
          var batch = try CallsBatch(message)
          batch.dropped += dropped
          dropped = 0
          if case .dropped(let lost) = calls.yield(batch) {
            dropped = lost.dropped + UInt64(lost.rows.count)
          }
        }
      }
    }
  }

  package func control(process id: String, _ action: ProcessAction) async throws {
    try await asking {
      var request = Weir_Admin_V1_ControlProcessRequest()
      request.id = id
      request.action = .init(action)
      _ = try await admin.controlProcess(request, options: .short)
    }
  }
}

// What goes wrong.
extension AdminClient {
  private func asking<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as RPCError {
      throw EngineError.told(by: error)?.error ?? unreachable(error)
    } catch let error as AdminWireError {
      throw misunderstood(error)
    }
  }

  private func stream<Element: Sendable>(
    bufferingPolicy: AsyncThrowingStream<Element, any Error>.Continuation.BufferingPolicy,
    _ body:
      @escaping @Sendable (
        AsyncThrowingStream<Element, any Error>.Continuation
      ) async throws -> Void
  ) -> AsyncThrowingStream<Element, any Error> {
    AsyncThrowingStream(bufferingPolicy: bufferingPolicy) { continuation in
      let task = Task {
        do {
          try await self.asking { try await body(continuation) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// The error with what there was no room for in the status.
  private func completed(_ error: EngineError, of change: RuleChange) async -> EngineError {
    var error = error
    switch error.code {
    case .refused:
      if let preview = try? await check(change) { error.findings = preview.findings }
    case .conflict:
      guard let expected = change.expected else { break }
      let newest = try? await history(before: nil, limit: 1_000)
      if let newest { error.since = newest.filter { $0.number > expected }.reversed() }
    case .notFound, .notStored, .unreachable, .denied, .invalid: break
    }
    return error
  }

  private func misunderstood(_ error: AdminWireError) -> EngineError {
    EngineError(
      .invalid,
      "the engine at \(address) speaks another language than this weir, is it another version? \(error)"
    )
  }

  /// What it means that an RPC failed for which the engine gave no reason.
  private func unreachable(_ error: RPCError) -> EngineError {
    let remedy =
      "start one with weir or weir serve, or say where one is with --engine or WEIR_ENGINE"
    switch error.code {
    case .deadlineExceeded:
      return EngineError(.unreachable, "the engine at \(address) doesn't answer")
    case .unimplemented:
      return EngineError(
        .invalid,
        "what listens at \(address) can't do that, is it another version of weir?"
      )
    case .resourceExhausted:
      return EngineError(.invalid, "the engine at \(address) won't take that: \(error.message)")
    case _:
      return EngineError(
        .unreachable,
        "no engine at \(address): \(address.whyUnreachable ?? error.reason); \(remedy)"
      )
    }
  }
}
