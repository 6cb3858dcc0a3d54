import MeshModel
import MeshPicture

extension Dice {
  mutating func callRow(_ sequence: UInt64) -> CallRow {
    CallRow(
      sequence: sequence,
      record: CallRecord(
        time: time(),
        nodeID: text(),
        authority: text(),
        path: text(),
        headers: list { $0.header() },
        routeName: text(),
        configVersion: text(),
        cluster: text(),
        endpoint: text(),
        workloadVersion: text(),
        statusCode: int(),
        latencyMicroseconds: number(),
        attempts: word(),
        source: oneOf(CallSource.allCases)
      ),
      client: text(),
      rule: maybe { $0.int() },
      subset: text(),
      revision: maybe { $0.number() }
    )
  }

  mutating func calls() -> CallsPicture {
    let first = number() >> 8
    return CallsPicture(
      filter: text(),
      rows: (0..<UInt64(int(below: 6))).map { callRow(first + $0) },
      matched: number(),
      total: number(),
      dropped: number()
    )
  }

  mutating func event() -> EventPicture {
    EventPicture(
      time: time(),
      source: text(),
      text: text(),
      severity: oneOf([.info, .warning, .error])
    )
  }

  mutating func clocks() -> ClocksPicture {
    ClocksPicture(
      revision: number(),
      keyToPushed: maybe { $0.number() },
      keyToFirstACK: maybe { $0.number() },
      keyToAllACKs: maybe { $0.number() },
      keyToFirstEffect: maybe { $0.number() },
      canShowEffect: flag(),
      isEffectHidden: flag()
    )
  }

  mutating func ratio() -> RatioPicture {
    RatioPicture(
      n: number(),
      failed: number(),
      rows: list {
        RatioPicture.Row(
          label: $0.text(),
          want: $0.maybe { $0.fraction() },
          count: $0.number(),
          got: $0.maybe { $0.fraction() },
          low: $0.maybe { $0.fraction() },
          high: $0.maybe { $0.fraction() }
        )
      },
      verdict: oneOf([.few, .ok, .drift]),
      eValue: maybe { $0.fraction() },
      alarmAt: fraction(),
      needed: number(),
      history: list { $0.maybe { $0.fraction() } },
      byClient: list {
        RatioPicture.ClientShare(
          client: $0.text(),
          n: $0.number(),
          shares: $0.list { $0.fraction() }
        )
      },
      bySubset: number()
    )
  }

  mutating func rulePicture() -> RulePicture {
    RulePicture(
      route: route(),
      findings: list { $0.finding() },
      notes: list {
        RulePicture.Note(profile: $0.text(), clients: $0.int(), message: $0.text())
      },
      ratio: ratio()
    )
  }

  mutating func service() -> ServicePicture {
    ServicePicture(
      host: host(),
      port: port(),
      virtualService: maybe { $0.resourceName() },
      rules: list(upTo: 4) { $0.rulePicture() },
      subsets: list {
        SubsetPicture(
          name: $0.text(),
          labels: $0.labels(),
          ready: $0.int(),
          failed: $0.number()
        )
      },
      callsPerSecond: fraction(),
      errorShare: maybe { $0.fraction() },
      latencyP50: maybe { $0.number() },
      latencyP99: maybe { $0.number() },
      failedUnplaced: number(),
      unattributed: list { SubsetCalls(subset: $0.text(), calls: $0.number()) },
      betweenRevisions: number()
    )
  }

  mutating func process() -> ProcessPicture {
    ProcessPicture(
      state: oneOf([.starting, .running, .dead, .stopped]),
      processID: maybe { $0.int() },
      exitReason: text(),
      restarts: int(),
      restartInMilliseconds: maybe { $0.number() }
    )
  }

  mutating func typeState() -> ClientPicture.TypeState {
    ClientPicture.TypeState(
      type: text(),
      ackedRevision: maybe { $0.number() },
      isNacked: flag(),
      isPending: flag(),
      subscribed: maybe { $0.int() }
    )
  }

  mutating func client() -> ClientPicture {
    ClientPicture(
      name: text(),
      nodeID: text(),
      profile: text(),
      state: oneOf([.acked, .nacked, .waiting, .stale, .disconnected]),
      types: list { $0.typeState() },
      sentRevision: maybe { $0.number() },
      ackedRevision: maybe { $0.number() },
      ackMicroseconds: maybe { $0.number() },
      nackMessage: text(),
      calls: number(),
      callsPerSecond: fraction(),
      failed: number(),
      source: text(),
      notes: texts(),
      variant: text(),
      clusters: list {
        ClientPicture.ClusterCalls(cluster: $0.text(), calls: $0.number(), failed: $0.number())
      },
      strayCalls: number(),
      process: maybe { $0.process() }
    )
  }

  mutating func endpointPort() -> EndpointPicture.Port {
    EndpointPicture.Port(
      address: text(),
      calls: number(),
      callsPerSecond: fraction(),
      failed: number(),
      recentFailureShare: maybe { $0.fraction() }
    )
  }

  mutating func endpoint() -> EndpointPicture {
    EndpointPicture(
      id: text(),
      host: maybe { $0.host() },
      address: text(),
      workloadVersion: text(),
      subsets: texts(),
      health: health(),
      calls: number(),
      callsPerSecond: fraction(),
      failed: number(),
      recentFailureShare: maybe { $0.fraction() },
      weight: word(),
      locality: locality(),
      ports: ports(),
      byPort: table({ $0.port() }, { $0.endpointPort() }),
      process: maybe { $0.process() }
    )
  }

  mutating func revisionPicture() -> RevisionPicture {
    RevisionPicture(
      number: number(),
      time: time(),
      title: text(),
      canUndo: flag(),
      canRedo: flag(),
      findings: list { $0.finding() },
      acked: int(),
      nacked: int(),
      connected: int()
    )
  }

  mutating func picture() -> MeshPicture {
    MeshPicture(
      mesh: text(),
      time: time(),
      revision: revisionPicture(),
      services: list { $0.service() },
      clients: list { $0.client() },
      endpoints: list { $0.endpoint() },
      calls: calls(),
      events: list { $0.event() },
      clocks: clocks(),
      xdsAddress: text()
    )
  }
}
