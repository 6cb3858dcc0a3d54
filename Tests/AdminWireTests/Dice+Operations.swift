import MeshModel
import MeshPicture

extension Dice {
  /// Each kind of change at least once.
  mutating func changes() -> [RuleChange] {
    let actions: [RuleChange.Action] =
      edits().map { .edit($0) } + [.undo, .redo, .rollback(to: number())]
    return actions.map {
      RuleChange(
        $0,
        expected: maybe { $0.number() },
        author: text(),
        cause: text(),
        asked: maybe { MonotonicTime(nanoseconds: $0.number()) }
      )
    }
  }

  mutating func receipt() -> ChangeReceipt {
    ChangeReceipt(
      revision: number(),
      isNew: flag(),
      title: text(),
      effects: list {
        ChangeReceipt.ObjectEffect(
          key: $0.objectKey(),
          effect: $0.oneOf([.created, .configured, .unchanged, .deleted])
        )
      },
      findings: list { $0.finding() }
    )
  }

  mutating func preview() -> ChangePreview {
    let before = rules()
    return ChangePreview(receipt: receipt(), before: before, after: flag() ? rules() : before)
  }

  mutating func summary() -> RevisionSummary {
    RevisionSummary(number: number(), time: time(), title: text(), author: text(), cause: text())
  }

  mutating func revision() -> Revision {
    Revision(
      number: number(),
      rules: rules(),
      time: time(),
      title: text(),
      author: text(),
      cause: text()
    )
  }

  mutating func identity() -> EngineIdentity {
    EngineIdentity(
      version: text(),
      mesh: text(),
      processID: int(),
      started: time(),
      boot: text(),
      revision: number(),
      xdsAddress: text(),
      store: text()
    )
  }

  mutating func listing() -> ResourceListing {
    ResourceListing(
      profile: text(),
      revision: number(),
      entries: list { ResourceListing.Entry(type: $0.text(), name: $0.text(), json: $0.text()) },
      notes: texts()
    )
  }

  mutating func workload() -> Workload {
    Workload(
      id: text(),
      host: host(),
      address: text(),
      port: port(),
      workloadVersion: text(),
      labels: labels(),
      health: health(),
      weight: word(),
      locality: locality(),
      ports: ports()
    )
  }

  mutating func inventory() -> MeshInventory {
    MeshInventory(
      services: list {
        MeshService(
          host: $0.host(),
          ports: $0.list { MeshService.Port(name: $0.text(), number: $0.port()) },
          addresses: $0.texts()
        )
      },
      workloads: list { $0.workload() }
    )
  }

  mutating func explainRequest() -> ExplainRequest {
    ExplainRequest(
      authority: text(),
      path: text(),
      method: text(),
      headers: list { $0.header() },
      client: maybe { $0.text() },
      profile: maybe { $0.text() },
      revision: maybe { $0.number() }
    )
  }

  mutating func condition() -> TextCondition {
    switch int(below: 9) {
    case 0: .exact(text())
    case 1: .prefix(text())
    case 2: .suffix(text())
    case 3: .contains(text())
    case 4: .regex(text())
    case 5: .range(Int64(truncatingIfNeeded: number()), Int64(truncatingIfNeeded: number()))
    case 6: .present
    case 7: .absent
    default: .not(condition())
    }
  }

  mutating func matchFailure() -> MatchFailure {
    switch int(below: 5) {
    case 0: .path(condition(), ignoresCase: flag())
    case 1: .header(text(), condition(), found: maybe { $0.text() })
    case 2: .queryParameter(text(), condition(), found: maybe { $0.text() })
    case 3: .fraction(word())
    default: .notOnClient(text())
    }
  }

  mutating func share() -> CallExplanation.Share {
    CallExplanation.Share(
      cluster: text(),
      host: host(),
      subset: maybe { $0.text() },
      weight: word(),
      share: fraction(),
      endpoints: list {
        CallExplanation.Endpoint(
          workload: $0.text(),
          address: $0.text(),
          workloadVersion: $0.text(),
          health: $0.health(),
          weight: $0.word()
        )
      }
    )
  }

  mutating func explanation() -> CallExplanation {
    CallExplanation(
      request: explainRequest(),
      revision: number(),
      service: maybe { $0.host() },
      port: maybe { $0.port() },
      virtualService: maybe { $0.resourceName() },
      profile: text(),
      skipped: list {
        CallExplanation.Skipped(
          rule: $0.maybe { $0.int() },
          routeName: $0.text(),
          reason: $0.matchFailure()
        )
      },
      rule: maybe { $0.int() },
      routeName: maybe { $0.text() },
      outcome: oneOf([.routed, .answered(text()), .fails(text())]),
      shares: list { $0.share() },
      settings: texts(),
      resources: list {
        CallExplanation.Resource(type: $0.text(), name: $0.text(), version: $0.text())
      },
      notes: texts(),
      client: maybe {
        CallExplanation.Client(
          name: $0.text(),
          nodeID: $0.text(),
          revision: $0.maybe { $0.number() },
          differences: $0.texts(),
          nackMessage: $0.text()
        )
      }
    )
  }
}
