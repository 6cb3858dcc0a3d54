internal import AdminProtos
internal import AdminWire
internal import GRPCCore
internal import MeshPicture

/// Serves an engine's operations.
struct AdminService: Weir_Admin_V1_Admin.SimpleServiceProtocol {
  let engine: any EngineOperations

  func getIdentity(
    request: Weir_Admin_V1_GetIdentityRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_Identity {
    try await answering { .init(try await engine.identity()) }
  }

  func watchPictures(
    request: RPCAsyncSequence<Weir_Admin_V1_PictureRequest, any Error>,
    response: RPCWriter<Weir_Admin_V1_PictureUpdate>,
    context: ServerContext
  ) async throws {
    let (views, viewer) = AsyncStream.makeStream(
      of: PictureRequest.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    try await answering {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          // Where the viewer goes away the pictures end as if it had asked for no more.
          defer { viewer.finish() }
          for try await view in request { viewer.yield(PictureRequest(view)) }
        }
        group.addTask {
          var encoder = PictureEncoder()
          // Waits for a slow viewer, while the engine keeps only the newest picture for it.
          for try await picture in engine.pictures(views) {
            try await response.write(encoder.update(to: picture))
          }
        }
        defer { group.cancelAll() }
        try await group.waitForAll()
      }
    }
  }

  func change(
    request: Weir_Admin_V1_RuleChange,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_ChangeReceipt {
    try await answering {
      .init(try await engine.change(try change(request, by: AdminCaller(context))))
    }
  }

  func check(
    request: Weir_Admin_V1_RuleChange,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_ChangePreview {
    try await answering {
      .init(try await engine.check(try change(request, by: AdminCaller(context))))
    }
  }

  func getRevision(
    request: Weir_Admin_V1_GetRevisionRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_Revision {
    try await answering {
      .init(try await engine.revision(request.hasNumber ? request.number : nil))
    }
  }

  func listHistory(
    request: Weir_Admin_V1_ListHistoryRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_History {
    try await answering {
      let before = request.hasBefore ? request.before : nil
      let limit = max(0, Int(request.limit))
      var history = Weir_Admin_V1_History()
      history.revisions = try await engine.history(before: before, limit: limit).map { .init($0) }
      return history
    }
  }

  func explain(
    request: Weir_Admin_V1_ExplainRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_CallExplanation {
    try await answering { .init(try await engine.explain(ExplainRequest(request))) }
  }

  func listResources(
    request: Weir_Admin_V1_ListResourcesRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_ResourceListing {
    try await answering {
      let after = request.hasAfter ? try change(request.after, by: AdminCaller(context)) : nil
      return .init(try await engine.resources(profile: request.profile, after: after))
    }
  }

  func getInventory(
    request: Weir_Admin_V1_GetInventoryRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_Inventory {
    try await answering { .init(try await engine.inventory()) }
  }

  func watchCalls(
    request: Weir_Admin_V1_CallsRequest,
    response: RPCWriter<Weir_Admin_V1_CallsBatch>,
    context: ServerContext
  ) async throws {
    try await answering {
      for try await batch in engine.calls(CallsRequest(request)) {
        try await response.write(.init(batch))
      }
    }
  }

  func controlProcess(
    request: Weir_Admin_V1_ControlProcessRequest,
    context: ServerContext
  ) async throws -> Weir_Admin_V1_ControlProcessResponse {
    try await answering {
      try await engine.control(process: request.id, try ProcessAction(request.action))
      return .init()
    }
  }

  /// A change, by its author or else by the caller.
  private func change(
    _ wire: Weir_Admin_V1_RuleChange,
    by caller: AdminCaller
  ) throws -> RuleChange {
    var change = try RuleChange(wire)
    if change.author.isEmpty { change.author = caller.name }
    // Another machine's clock means nothing here.
    if !caller.isHere { change.asked = nil }
    return change
  }
}
