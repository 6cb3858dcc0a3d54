import MeshModel

extension Forms {
  static let fault: ObjectForm<HTTPFault> = {
    let delay = ObjectForm(
      "Delay",
      start: HTTPFault.Delay(duration: .zero, percentage: none),
      exclusive: [["fixedDelay", "exponentialDelay"], ["percent", "percentage"]],
      needed: [["fixedDelay", "exponentialDelay"]],
      [
        .always("fixedDelay", \.duration, .duration),
        .ignored("exponentialDelay").reading { node, _, notes in
          let message =
            "exponentialDelay is what Istio has a name for and nothing else; want fixedDelay"
          notes.add(.error, .unsupported, node.mark, message)
        },
        .old("percent", .wholePercent) { $1.percentage = $0 },
        .always("percentage", \.percentage, .percentage),
      ]
    )
    let abort = ObjectForm(
      "Abort",
      start: HTTPFault.Abort(status: .http(0), percentage: none),
      exclusive: [["httpStatus", "grpcStatus", "http2Error"]],
      needed: [["httpStatus", "grpcStatus", "http2Error"]],
      [
        .optional("httpStatus", \.httpStatus, .integer(200...599)),
        .optional("grpcStatus", \.grpcStatus, .words()),
        .optional("http2Error", \.http2Error, .string),
        .always("percentage", \.percentage, .percentage),
      ]
    )
    return ObjectForm(
      "HTTPFaultInjection",
      start: HTTPFault(),
      [
        .optional("delay", \.delay, .object(delay)).reading(warnOfNone),
        .optional("abort", \.abort, .object(abort)).reading(warnOfNone),
      ]
    )
  }()

  /// What a fault without a percentage means.
  private static let none = Percentage(perMillion: 0)

  @Sendable
  private static func warnOfNone(
    _ field: YAMLField,
    _ fault: inout HTTPFault,
    _ notes: inout ReadingNotes
  ) {
    guard field.value["percentage"] == nil, field.value["percent"] == nil else { return }
    let message = "not applied: \(field.name) has no percentage, which means none of the calls"
    notes.add(.warning, .notApplied, field.mark, message)
  }
}

/// gRPC's codes by their names.
enum GRPCStatusName: String, CaseIterable {
  case ok = "OK"
  case cancelled = "CANCELLED"
  case unknown = "UNKNOWN"
  case invalidArgument = "INVALID_ARGUMENT"
  case deadlineExceeded = "DEADLINE_EXCEEDED"
  case notFound = "NOT_FOUND"
  case alreadyExists = "ALREADY_EXISTS"
  case permissionDenied = "PERMISSION_DENIED"
  case resourceExhausted = "RESOURCE_EXHAUSTED"
  case failedPrecondition = "FAILED_PRECONDITION"
  case aborted = "ABORTED"
  case outOfRange = "OUT_OF_RANGE"
  case unimplemented = "UNIMPLEMENTED"
  case `internal` = "INTERNAL"
  case unavailable = "UNAVAILABLE"
  case dataLoss = "DATA_LOSS"
  case unauthenticated = "UNAUTHENTICATED"

  /// gRPC's number for it, 0 to 16, which the order above follows.
  var code: UInt32 { UInt32(Self.allCases.firstIndex(of: self) ?? 0) }

  /// nil where gRPC has no such code.
  init?(code: UInt32) {
    guard let index = Int(exactly: code), Self.allCases.indices.contains(index) else { return nil }
    self = Self.allCases[index]
  }
}

extension HTTPFault.Abort {
  fileprivate var httpStatus: UInt16? {
    get { if case .http(let status) = status { status } else { nil } }
    set { if let newValue { status = .http(newValue) } }
  }

  fileprivate var grpcStatus: GRPCStatusName? {
    get { if case .grpc(let code) = status { GRPCStatusName(code: code) } else { nil } }
    set { if let newValue { status = .grpc(newValue.code) } }
  }

  fileprivate var http2Error: String? {
    get { if case .http2(let text) = status { text } else { nil } }
    set { if let newValue { status = .http2(newValue) } }
  }
}
