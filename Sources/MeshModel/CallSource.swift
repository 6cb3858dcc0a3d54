/// Where what is known of a client's calls comes from.
package enum CallSource: String, CaseIterable, Hashable, Sendable {
  /// The access log service: every call, with rule, cluster, endpoint and latency.
  case accessLog = "ALS"
  /// The load reporting service: counts by cluster, once a second.
  case loadReport = "LRS"
  /// Lines of the application's own log: every call, and what answered it.
  case log
}
