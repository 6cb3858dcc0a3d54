import MeshModel
import RuleFiles

extension MeshFiles {
  /// All that files come to, as text: what is wrong with them, or else their objects; then what
  /// reading warns of.
  ///
  /// Of the checks of what was read only a few corpus files tell, by code and place: their sentences
  /// have tests of their own.
  func report(withChecks: Bool, withInventory: Bool) -> String {
    var lines = findings.filter { $0.severity == .error }.map { "error \($0.line)" }
    if lines.isEmpty {
      lines += objects.map { RuleWriter.json($0) }
      if withInventory {
        lines += inventory.services.map(\.report) + inventory.workloads.map(\.report)
      }
      if withChecks {
        lines += ruleFindings.map {
          "\($0.severity.rawValue) \($0.place.line):\($0.place.column) \($0.code.text)"
        }
      }
    }
    lines += findings.filter { $0.severity == .warning }.map { "warning \($0.line)" }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension FileFinding {
  fileprivate var line: String {
    "\(place.line):\(place.column) \(code.text): \(text)"
  }
}

extension MeshService {
  fileprivate var report: String {
    let ports = ports.map { "\($0.name) \($0.number)" }.joined(separator: ", ")
    let addresses = addresses.isEmpty ? "" : " at \(addresses.joined(separator: ", "))"
    return "service \(host): \(ports)\(addresses)"
  }
}

extension Workload {
  fileprivate var report: String {
    var text = "workload \(id) of \(host): \(address) port \(port)"
    text += ports.sorted { $0.key < $1.key }.map { ", \($0.key) at \($0.value)" }.joined()
    if !workloadVersion.isEmpty { text += ", version \(workloadVersion)" }
    text += ", \(labels.report)"
    if health != .healthy { text += ", \(health.rawValue)" }
    if weight != 1 { text += ", weight \(weight)" }
    if locality != Locality() {
      text += ", in \(locality.region)/\(locality.zone)/\(locality.subZone)"
    }
    return text
  }
}

extension [String: String] {
  fileprivate var report: String {
    isEmpty
      ? "no labels"
      : sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
