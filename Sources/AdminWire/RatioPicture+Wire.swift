internal import AdminProtos
package import MeshPicture

extension AdminV1.RatioPicture {
  package init(_ ratio: RatioPicture) {
    self.init()
    n = ratio.n
    failed = ratio.failed
    rows = ratio.rows.map(Row.init)
    verdict =
      switch ratio.verdict {
      case .few: .few
      case .ok: .ok
      case .drift: .drift
      }
    if let value = ratio.eValue { eValue = value }
    alarmAt = ratio.alarmAt
    needed = ratio.needed
    history = ratio.history.map { share in
      var second = Second()
      if let share { second.share = share }
      return second
    }
    byClient = ratio.byClient.map { share in
      var wire = ClientShare()
      wire.client = share.client
      wire.n = share.n
      wire.shares = share.shares
      return wire
    }
    bySubset = ratio.bySubset
  }
}

extension RatioPicture {
  package init(_ wire: AdminV1.RatioPicture) throws(AdminWireError) {
    let verdict: Verdict =
      switch wire.verdict {
      case .few: .few
      case .ok: .ok
      case .drift: .drift
      case .unspecified, .UNRECOGNIZED: throw .missing("RatioPicture.verdict")
      }
    self.init(
      n: wire.n,
      failed: wire.failed,
      rows: wire.rows.map(Row.init),
      verdict: verdict,
      eValue: wire.hasEValue ? wire.eValue : nil,
      alarmAt: wire.alarmAt,
      needed: wire.needed,
      history: wire.history.map { $0.hasShare ? $0.share : nil },
      byClient: wire.byClient.map { ClientShare(client: $0.client, n: $0.n, shares: $0.shares) },
      bySubset: wire.bySubset
    )
  }
}

extension AdminV1.RatioPicture.Row {
  init(_ row: RatioPicture.Row) {
    self.init()
    label = row.label
    if let share = row.want { want = share }
    count = row.count
    if let share = row.got { got = share }
    if let share = row.low { low = share }
    if let share = row.high { high = share }
  }
}

extension RatioPicture.Row {
  init(_ wire: AdminV1.RatioPicture.Row) {
    self.init(
      label: wire.label,
      want: wire.hasWant ? wire.want : nil,
      count: wire.count,
      got: wire.hasGot ? wire.got : nil,
      low: wire.hasLow ? wire.low : nil,
      high: wire.hasHigh ? wire.high : nil
    )
  }
}
