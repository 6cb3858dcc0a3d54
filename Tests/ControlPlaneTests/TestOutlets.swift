import MeshModel
import XDSCore

@testable import ControlPlane

extension ReportOutlets {
  /// Outlets that tell a test.
  init(
    rules: StreamRules = StreamRules(),
    onLoad: @escaping @Sendable (LoadReport) -> Void = { _ in },
    onReportStream: @escaping @Sendable (CallSource, String, Bool) -> Void = { _, _, _ in }
  ) {
    self.init(
      rules: rules,
      limitLog: LimitLog(
        clock: { .zero },
        onNotice: { _ in }
      ),
      onCalls: { _, _ in },
      onLoad: onLoad,
      onReportStream: onReportStream
    )
  }
}

extension AccessLogStream {
  init(_ limits: ControlPlane.Limits) {
    self.init(
      peer: ClientPeer(address: "peer"),
      outlets: ReportOutlets(rules: StreamRules(limits: limits))
    )
  }
}
