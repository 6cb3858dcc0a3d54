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
      try await carryOut(try await firstPlan(metadata), stream, metadata)
    } catch is CancellationError {
      stream.fail(.cancelledEarly)
    } catch let error as RPCError {
      stream.fail(error)
    } catch {
      stream.fail(RPCError(code: .unavailable, message: "\(target): \(error)", cause: error))
    }
  }

  /// A place for the call where its path alone decides the route, which does no more than choose a
  /// cluster, no header is to be reported and an endpoint is ready; nil where it has to be
  /// ``open(_:for:)``ed.
  func openAtOnce() -> Place? {
    let view = router.view()
    guard case .routing(let routing) = view.source, routing.reportedHeaders.isEmpty,
      let plan = try? planned(nil, by: view, metadata: [:]),
      plan.conduct == nil,
      case .place(let place) = plan.cluster.pick(hash: nil, seed: view.seed.byteSwapped)
    else { return nil }
    notes.planned(plan)
    return place
  }

  /// Does with the call what its route says.
  private func carryOut(
    _ plan: CallPlan,
    _ stream: LazyStream,
    _ metadata: Metadata
  ) async throws {
    guard let timeout = plan.conduct?.timeout else {
      return try await serve(stream, plan, metadata)
    }
    let limit = RPCError(
      code: .deadlineExceeded,
      message: "\(target): route \(plan.route.routeName): the call took longer than \(timeout)"
    )
    // From now, as in grpc-go: the wait for the first configuration is no fault of the call's.
    try await stream.serve(until: .now + timeout, orFailWith: limit) {
      try await serve(stream, plan, metadata)
    }
  }

  /// The fault, then one try after another.
  private func serve(
    _ stream: LazyStream,
    _ plan: CallPlan,
    _ metadata: Metadata
  ) async throws {
    if let fault = plan.fault { try await inject(fault, plan) }
    guard let retry = plan.conduct?.retry else {
      _ = try await place(stream, plan, metadata)
      return
    }
    stream.allowRetries(retry)
    var backoff = retry.backoff
    var dice = SplitMix64(seed: router.view().seed)
    while try await place(stream, plan, metadata) {
      try await Task.sleep(for: backoff.next(using: &dice))
    }
  }

  private func inject(_ fault: FaultDecision, _ plan: CallPlan) async throws {
    if let delay = fault.delay { try await Task.sleep(for: delay) }
    guard
      let code = fault.abortCode.flatMap(Status.Code.init(rawValue:)).flatMap(RPCError.Code.init)
    else { return }
    let message = "\(target): route \(plan.route.routeName): fault injected"
    throw RPCError(code: code, message: message)
  }

  /// One try, at another endpoint where one takes nothing; tells whether the call is to be tried
  /// again.
  private func place(
    _ stream: LazyStream,
    _ plan: CallPlan,
    _ metadata: Metadata
  ) async throws -> Bool {
    var plan = plan
    for _ in 1..<CallOpener.maximumAttempts {
      let place = try await pick(&plan, metadata: metadata)
      do {
        return try await serve(stream, at: place)
      } catch let error as NotStarted {
        // Nothing was sent, so another endpoint may have the call.
        place.endpoint.reportFailure(error.cause)
      }
    }
    let place = try await pick(&plan, metadata: metadata)
    do {
      return try await serve(stream, at: place)
    } catch let error as NotStarted {
      place.endpoint.reportFailure(error.cause)
      let message = "\(target): \(place.endpoint.hostPort): \(error.cause.message)"
      throw RPCError.unavailable(message)
    }
  }

  /// Waits for a configuration, and decides by it.
  private func firstPlan(_ metadata: Metadata) async throws -> CallPlan {
    while true {
      let view = router.view()
      do {
        if let plan = try planned(nil, by: view, metadata: metadata) {
          notes.planned(plan)
          return plan
        }
      } catch let failure as Waitable where options.waitForReady != true {
        throw failure.error
      } catch is Waitable {
        // The caller would rather wait than fail.
      }
      try await router.waitForChange(since: view.generation)
    }
  }

  /// Waits for a place at a ready endpoint of the call's cluster.
  private func pick(_ plan: inout CallPlan, metadata: Metadata) async throws -> Place {
    while true {
      let view = router.view()
      do {
        if let current = try planned(plan, by: view, metadata: metadata) {
          plan = current
          notes.planned(current)
          if let place = try place(for: current, seed: view.seed) { return place }
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

  /// A place at an endpoint that is ready; nil where one is being connected to.
  private func place(for plan: CallPlan, seed: UInt64) throws -> Place? {
    switch plan.cluster.pick(hash: plan.hash, seed: seed.byteSwapped) {
    case .place(let place): return place
    case .wait: return nil
    case .none(let reason): throw Waitable(error: .unavailable("\(name(of: plan)): \(reason)"))
    case .refused(let reason): throw RPCError.unavailable("\(name(of: plan)): \(reason)")
    }
  }

  private func name(of plan: CallPlan) -> String {
    "\(target): route \(plan.route.routeName), cluster \(plan.route.cluster)"
  }

  private func serve(_ stream: LazyStream, at place: Place) async throws -> Bool {
    defer { place.leave() }
    var isOpen = false
    var isToTryAgain = false
    do {
      try await place.endpoint.transport.withStream(
        descriptor: descriptor,
        options: options
      ) { inner, _ in
        isOpen = true
        notes.opened(to: place.endpoint.hostPort)
        isToTryAgain = await stream.serve(inner)
      }
    } catch let error as RPCError where !isOpen && error.code == .unavailable {
      throw NotStarted(cause: error)
    } catch  where isOpen {
      // The caller has left that stream already; how it was closed is no concern of its.
    }
    return isToTryAgain
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
