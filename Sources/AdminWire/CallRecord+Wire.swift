internal import AdminProtos
internal import MeshModel
package import MeshPicture

extension AdminV1.CallRecord {
  init(_ record: CallRecord) {
    self.init()
    time = record.time.microseconds
    nodeID = record.nodeID
    authority = record.authority
    path = record.path
    headers = record.headers.map(AdminV1.Header.init)
    routeName = record.routeName
    configVersion = record.configVersion
    cluster = record.cluster
    endpoint = record.endpoint
    workloadVersion = record.workloadVersion
    statusCode = Int64(record.statusCode)
    latencyMicroseconds = record.latencyMicroseconds
    attempts = record.attempts
    source =
      switch record.source {
      case .accessLog: .accessLog
      case .loadReport: .loadReport
      case .log: .log
      }
  }
}

extension CallRecord {
  init(_ wire: AdminV1.CallRecord) throws(AdminWireError) {
    let source: CallSource =
      switch wire.source {
      case .accessLog: .accessLog
      case .loadReport: .loadReport
      case .log: .log
      case .unspecified, .UNRECOGNIZED: throw .missing("CallRecord.source")
      }
    self.init(
      time: Timestamp(microseconds: wire.time),
      nodeID: wire.nodeID,
      authority: wire.authority,
      path: wire.path,
      headers: wire.headers.map(HeaderField.init),
      routeName: wire.routeName,
      configVersion: wire.configVersion,
      cluster: wire.cluster,
      endpoint: wire.endpoint,
      workloadVersion: wire.workloadVersion,
      statusCode: Int(wire.statusCode),
      latencyMicroseconds: wire.latencyMicroseconds,
      attempts: wire.attempts,
      source: source
    )
  }
}

extension AdminV1.CallRow {
  package init(_ row: CallRow) {
    self.init()
    sequence = row.sequence
    record = .init(row.record)
    client = row.client
    if let number = row.rule { rule = Int64(number) }
    subset = row.subset
    if let number = row.revision { revision = number }
  }
}

extension CallRow {
  package init(_ wire: AdminV1.CallRow) throws(AdminWireError) {
    self.init(
      sequence: wire.sequence,
      record: try CallRecord(wire.record),
      client: wire.client,
      rule: wire.hasRule ? Int(wire.rule) : nil,
      subset: wire.subset,
      revision: wire.hasRevision ? wire.revision : nil
    )
  }
}

extension AdminV1.CallsRequest {
  package init(_ request: CallsRequest) {
    self.init()
    filter = request.filter
    tail = Int64(request.tail)
    follows = request.follows
  }
}

extension CallsRequest {
  package init(_ wire: AdminV1.CallsRequest) {
    self.init(filter: wire.filter, tail: Int(wire.tail), follows: wire.follows)
  }
}

extension AdminV1.CallsBatch {
  package init(_ batch: CallsBatch) {
    self.init()
    rows = batch.rows.map(AdminV1.CallRow.init)
    dropped = batch.dropped
  }
}

extension CallsBatch {
  package init(_ wire: AdminV1.CallsBatch) throws(AdminWireError) {
    self.init(rows: try wire.rows.mapped(CallRow.init), dropped: wire.dropped)
  }
}
