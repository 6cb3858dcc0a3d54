import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TrafficEngine

/// Finds the endpoint for one call's lazy stream, and opens the real one there.
struct CallOpener: Sendable {
  /// Attempts to start one call; each that fails sent nothing.
  private static let maximumAttempts = 5

  let router: CallRouter
  let gate: CallGate
  let notes: CallNotes
  let descriptor: MethodDescriptor
  let options: CallOptions
  /// `xds:///host:port`, for the errors.
  let target: String

  /// Returns when the caller has closed the lazy stream, or after telling it why there is none.
  func open(_ stream: LazyStream, for metadata: Metadata) async {
    // The caller doesn't wait for the real stream to be closed, so the transport does.
    gate.hold()
    defer { gate.leave() }
    notes.begin(metadata)
    do {
      try await place(stream, metadata)
    } catch is CancellationError {
      stream.fail(.cancelledEarly)
    } catch let error as RPCError {
      stream.fail(error)
    } catch {
      stream.fail(RPCError(code: .unavailable, message: "\(target): \(error)", cause: error))
    }
  }

  /// A place for the call where its path alone decides the route, no header is to be reported and
  /// an endpoint is ready; nil where it has to be ``open(_:for:)``ed.
  func openAtOnce() -> EndpointConnection? {
    let view = router.view()
    guard case .routing(let routing) = view.source, routing.reportedHeaders.isEmpty,
      let plan = try? planned(nil, by: view, metadata: [:]),
      case .endpoint(let endpoint) = plan.cluster.pick()
    else { return nil }
    notes.planned(plan)
    return endpoint
  }

  private func place(_ stream: LazyStream, _ metadata: Metadata) async throws {
    var plan: CallPlan?
    for _ in 1..<CallOpener.maximumAttempts {
      let endpoint = try await pick(&plan, metadata: metadata)
      do {
        return try await serve(stream, on: endpoint)
      } catch let error as NotStarted {
        // Nothing was sent, so another endpoint may have the call.
        endpoint.reportFailure(error.cause)
      }
    }
    let endpoint = try await pick(&plan, metadata: metadata)
    do {
      try await serve(stream, on: endpoint)
    } catch let error as NotStarted {
      endpoint.reportFailure(error.cause)
      throw RPCError.unavailable("\(target): \(endpoint.hostPort): \(error.cause.message)")
    }
  }

  /// Waits for a configuration and a place at a ready endpoint of the call's cluster.
  private func pick(
    _ plan: inout CallPlan?,
    metadata: Metadata
  ) async throws -> EndpointConnection {
    while true {
      let view = router.view()
      do {
        let current = try planned(plan, by: view, metadata: metadata)
        if let current {
          plan = current
          notes.planned(current)
          if let endpoint = try endpoint(of: current) { return endpoint }
        }
      } catch let failure as Waitable where options.waitForReady != true {
        throw failure.error
      } catch is Waitable {
        // The caller would rather wait than fail.
      }
      try await router.waitForChange(since: view.generation)
    }
  }

  /// The plan by the configuration in force; nil before the first.
  private func planned(
    _ plan: CallPlan?,
    by view: CallRouter.View,
    metadata: Metadata
  ) throws -> CallPlan? {
    switch view.source {
    case .pending:
      return nil
    case .failed(let reason):
      throw Waitable(error: .unavailable("\(target): \(reason)"))
    case .closed:
      throw RPCError.unavailable("\(target): the client is shut down")
    case .routing(let routing):
      if let renewed = plan?.renewed(in: routing) { return renewed }
      return try CallPlan(
        routing,
        path: notes.path,
        metadata: metadata,
        seed: view.seed,
        target: target
      )
    }
  }

  /// An endpoint that is ready; nil where one is being connected to.
  private func endpoint(of plan: CallPlan) throws(Waitable) -> EndpointConnection? {
    switch plan.cluster.pick() {
    case .endpoint(let endpoint):
      return endpoint
    case .wait:
      return nil
    case .none(let reason):
      let route = "\(target): route \(plan.route.routeName), cluster \(plan.route.cluster)"
      throw Waitable(error: .unavailable("\(route): \(reason)"))
    }
  }

  private func serve(_ stream: LazyStream, on endpoint: EndpointConnection) async throws {
    defer { endpoint.leave() }
    var isOpen = false
    do {
      try await endpoint.transport.withStream(
        descriptor: descriptor,
        options: options
      ) { inner, _ in
        isOpen = true
        notes.opened(to: endpoint.hostPort)
        await stream.serve(inner)
      }
    } catch let error as RPCError where !isOpen && error.code == .unavailable {
      throw NotStarted(cause: error)
    } catch  where isOpen {
      // The caller has returned already; how the stream was closed is no concern of its.
    }
  }
}

/// An attempt that ended before anything was sent.
private struct NotStarted: Error {
  let cause: RPCError
}

/// A failure that a call with `waitForReady` waits out.
private struct Waitable: Error {
  let error: RPCError
}
