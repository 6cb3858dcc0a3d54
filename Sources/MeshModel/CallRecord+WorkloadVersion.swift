extension CallRecord {
  /// The response header by which a workload tells its version, such as `v1.0.0`: leading metadata,
  /// or trailing where the call failed before that.
  package static let workloadVersionHeader = "x-workload-version"
}
