internal import AdminProtos
internal import MeshPicture

extension AdminV1.ClientPicture {
  init(_ client: ClientPicture) {
    self.init()
    name = client.name
    nodeID = client.nodeID
    profile = client.profile
    state = .init(client.state)
    types = client.types.map(TypeState.init)
    if let number = client.sentRevision { sentRevision = number }
    if let number = client.ackedRevision { ackedRevision = number }
    if let time = client.ackMicroseconds { ackMicroseconds = time }
    nackMessage = client.nackMessage
    calls = client.calls
    callsPerSecond = client.callsPerSecond
    failed = client.failed
    source = client.source
    notes = client.notes
    variant = client.variant
    clusters = client.clusters.map { calls in
      var wire = ClusterCalls()
      wire.cluster = calls.cluster
      wire.calls = calls.calls
      wire.failed = calls.failed
      return wire
    }
    strayCalls = client.strayCalls
    if let picture = client.process { process = .init(picture) }
  }
}

extension ClientPicture {
  init(_ wire: AdminV1.ClientPicture) throws(AdminWireError) {
    self.init(
      name: wire.name,
      nodeID: wire.nodeID,
      profile: wire.profile,
      state: try State(wire.state),
      types: wire.types.map(TypeState.init),
      sentRevision: wire.hasSentRevision ? wire.sentRevision : nil,
      ackedRevision: wire.hasAckedRevision ? wire.ackedRevision : nil,
      ackMicroseconds: wire.hasAckMicroseconds ? wire.ackMicroseconds : nil,
      nackMessage: wire.nackMessage,
      calls: wire.calls,
      callsPerSecond: wire.callsPerSecond,
      failed: wire.failed,
      source: wire.source,
      notes: wire.notes,
      variant: wire.variant,
      clusters: wire.clusters.map {
        ClusterCalls(cluster: $0.cluster, calls: $0.calls, failed: $0.failed)
      },
      strayCalls: wire.strayCalls,
      process: wire.hasProcess ? try ProcessPicture(wire.process) : nil
    )
  }
}

extension AdminV1.ClientPicture.State {
  init(_ state: ClientPicture.State) {
    self =
      switch state {
      case .acked: .acked
      case .nacked: .nacked
      case .waiting: .waiting
      case .stale: .stale
      case .disconnected: .disconnected
      }
  }
}

extension ClientPicture.State {
  init(_ wire: AdminV1.ClientPicture.State) throws(AdminWireError) {
    self =
      switch wire {
      case .acked: .acked
      case .nacked: .nacked
      case .waiting: .waiting
      case .stale: .stale
      case .disconnected: .disconnected
      case .unspecified, .UNRECOGNIZED: throw .missing("ClientPicture.state")
      }
  }
}

extension AdminV1.ClientPicture.TypeState {
  init(_ state: ClientPicture.TypeState) {
    self.init()
    type = state.type
    if let number = state.ackedRevision { ackedRevision = number }
    isNacked = state.isNacked
    isPending = state.isPending
    if let count = state.subscribed { subscribed = Int64(count) }
  }
}

extension ClientPicture.TypeState {
  init(_ wire: AdminV1.ClientPicture.TypeState) {
    self.init(
      type: wire.type,
      ackedRevision: wire.hasAckedRevision ? wire.ackedRevision : nil,
      isNacked: wire.isNacked,
      isPending: wire.isPending,
      subscribed: wire.hasSubscribed ? Int(wire.subscribed) : nil
    )
  }
}

extension AdminV1.ProcessPicture {
  init(_ process: ProcessPicture) {
    self.init()
    state =
      switch process.state {
      case .starting: .starting
      case .running: .running
      case .dead: .dead
      case .stopped: .stopped
      }
    if let number = process.processID { processID = Int64(number) }
    exitReason = process.exitReason
    restarts = Int64(process.restarts)
    if let time = process.restartInMilliseconds { restartInMilliseconds = time }
  }
}

extension ProcessPicture {
  init(_ wire: AdminV1.ProcessPicture) throws(AdminWireError) {
    let state: State =
      switch wire.state {
      case .starting: .starting
      case .running: .running
      case .dead: .dead
      case .stopped: .stopped
      case .unspecified, .UNRECOGNIZED: throw .missing("ProcessPicture.state")
      }
    self.init(
      state: state,
      processID: wire.hasProcessID ? Int(wire.processID) : nil,
      exitReason: wire.exitReason,
      restarts: Int(wire.restarts),
      restartInMilliseconds: wire.hasRestartInMilliseconds ? wire.restartInMilliseconds : nil
    )
  }
}
